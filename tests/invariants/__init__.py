"""What must hold whatever comes together: races, tenancy, shown equals done, workers or none."""
