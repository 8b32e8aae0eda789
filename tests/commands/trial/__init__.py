"""The trial of a policy over an organisation's own record, against the same acts done again where the policy is in force."""
