// Prints what graphql-eslint's relay and recommended rules find in the schema that lies at a path, as JSON.
import { basename, dirname } from "node:path";
import graphqlEslint from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";

const path = process.argv[2];
const { configs, parser } = graphqlEslint;
const eslint = new ESLint({
  cwd: dirname(path),
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ["**/*.graphql"],
      plugins: { "@graphql-eslint": graphqlEslint },
      languageOptions: { parser, parserOptions: { graphQLConfig: { schema: path } } },
      rules: {
        ...configs["flat/schema-recommended"].rules,
        ...configs["flat/schema-relay"].rules,
        // What has an end, such as the roles of a person, is a plain list, and connections have `nodes` beside `edges`;
        // which edges lead to what is no Node is a test's to say.
        "@graphql-eslint/relay-edge-types": [
          "error",
          { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
        ],
        // The directive @oneOf is the specification's own, and is printed without words.
        "@graphql-eslint/require-description": ["error", { types: true, rootField: true }],
        // Only what can be found again is a Node; a digest, an amount or an answer has no id of its own.
        "@graphql-eslint/strict-id-in-types": "off",
      },
    },
  ],
});
const [result] = await eslint.lintFiles([basename(path)]);
console.log(JSON.stringify(result.messages.map(({ ruleId, line, message }) => ({ ruleId, line, message }))));
