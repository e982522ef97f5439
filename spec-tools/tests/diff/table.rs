//! The kinds of change: an edit of the frozen spec for each, its class, and the only entry of the report.

use spec_tools::diff::Class::{self, Additive, Breaking, DocsOnly};

/// One edit: in a file below `openapi/`, the first `from` behind `anchor` becomes `to`.
pub(super) type Edit = (&'static str, &'static str, &'static str, &'static str);

/// The kind of change, the edit, its class, and the only entry of the report.
pub(super) type Row = (&'static str, Edit, Class, &'static str);

pub(super) const CASE: &str = "venio/case.yaml";
const CONTRACT: &str = "venio/contract.yaml";
const HOOKS: &str = "venio/webhooks.yaml";
const PAYROLL: &str = "empeo/payroll.yaml";
const MASTER: &str = "empeo/master.yaml";
const EMPLOYEE: &str = "empeo/employee.yaml";

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    // Properties of a request.
    ("request: optional property added", (CASE, "    AddCaseRequest:\n", "      properties:\n", "      properties:\n        colour:\n          type: string\n"),
        Additive, "request property `AddCaseRequest.colour`: added"),
    ("request: required property added", (CASE, "    AddCaseRequest:\n", "      required: [caseType, subject, categoryId, dateCase, dateDue, assignedToUserId]\n      properties:\n", "      required: [caseType, subject, categoryId, dateCase, dateDue, assignedToUserId, colour]\n      properties:\n        colour:\n          type: string\n"),
        Breaking, "request property `AddCaseRequest.colour`: added, required"),
    ("request: first required property of a type that had none", (PAYROLL, "    GetCostCentersRequest:\n", "      properties:\n", "      required: [CompanyName]\n      properties:\n"),
        Breaking, "request property `GetCostCentersRequest.CompanyName`: becomes required, no longer implements `Default`"),
    ("request: property removed", (CASE, "    AddCaseRequest:\n", "        note:\n          type: string\n          description: Further details of the case.\n", ""),
        Breaking, "request property `AddCaseRequest.note`: removed"),
    ("request: property renamed", (CASE, "    AddCaseRequest:\n", "        note:\n", "        remark:\n"),
        Breaking, "request property `AddCaseRequest.remark`: renamed from `note`"),
    ("request: property renamed, but only in case", (CASE, "    AddCaseRequest:\n", "        note:\n", "        Note:\n"),
        Breaking, "request property `AddCaseRequest.Note`: renamed from `note`"),
    ("request: optional becomes required", (CASE, "    AddCaseRequest:\n", "dateDue, assignedToUserId]", "dateDue, assignedToUserId, note]"),
        Breaking, "request property `AddCaseRequest.note`: becomes required"),
    ("request: required becomes optional", (CASE, "    AddCaseRequest:\n", "dateDue, assignedToUserId]", "dateDue]"),
        Breaking, "request property `AddCaseRequest.assignedToUserId`: becomes optional"),
    ("request: optional property may be null", (CASE, "    AddCaseRequest:\n", "        note:\n          type: string\n", "        note:\n          type: string\n          nullable: true\n"),
        Breaking, "request property `AddCaseRequest.note`: type, may be null"),
    ("request: required property may be null", (CASE, "    AddCaseRequest:\n", "        subject:\n          type: string\n", "        subject:\n          type: string\n          nullable: true\n"),
        Breaking, "request property `AddCaseRequest.subject`: type, may be null"),
    ("request: text becomes number", (CASE, "    AddCaseRequest:\n", "        note:\n          type: string\n", "        note:\n          type: integer\n"),
        Breaking, "request property `AddCaseRequest.note`: type"),
    ("request: list becomes text", (CASE, "    AddCaseRequest:\n", "          type: array\n          description: Numbers of the activities that belong to the case.\n          items: {type: string}\n", "          type: string\n          description: Numbers of the activities that belong to the case.\n"),
        Breaking, "request property `AddCaseRequest.activityNos`: type"),
    ("request: items of a list change type", (CASE, "    AddCaseRequest:\n", "          items: {type: string}\n", "          items: {type: integer}\n"),
        Breaking, "request property `AddCaseRequest.activityNos`: type"),
    ("request: date-time in another format", (CASE, "    AddCaseRequest:\n", "          format: offset-date-time-millis\n", "          format: offset-date-time\n"),
        Breaking, "request property `AddCaseRequest.dateCase`: format"),
    ("request: text becomes date", (CASE, "    AddCaseRequest:\n", "        note:\n          type: string\n", "        note:\n          type: string\n          format: date\n"),
        Breaking, "request property `AddCaseRequest.note`: format"),
    ("request: text becomes identifier", (CASE, "    AddCaseRequest:\n", "          type: string\n          description: Further details of the case.\n", "          allOf: [{$ref: '../common.yaml#/components/schemas/Id'}]\n          description: Further details of the case.\n"),
        Breaking, "request property `AddCaseRequest.note`: type"),
    ("request: date-time becomes text", (CASE, "    AddCaseRequest:\n", "          format: offset-date-time-millis\n", ""),
        Breaking, "request property `AddCaseRequest.dateCase`: format"),
    ("request: whole number becomes number", (CASE, "    AddCaseRequest:\n", "type: integer", "type: number"),
        Breaking, "request property `AddCaseRequest.categoryId`: type"),
    ("request: items of a list become identifiers", (CASE, "    AddCaseRequest:\n", "          items: {type: string}\n", "          items: {$ref: '../common.yaml#/components/schemas/Id'}\n"),
        Breaking, "request property `AddCaseRequest.activityNos`: type"),
    ("request: enumeration becomes number", (CASE, "", "", ""),
        Breaking, "request property `AddCaseRequest.caseType`: type, values, description"),
    ("request: number becomes enumeration", (CASE, "", "", ""),
        Breaking, "request property `AddCaseRequest.categoryId`: values, type, description"),
    ("request: limit set", (CASE, "    AddCaseRequest:\n", "        note:\n          type: string\n", "        note:\n          type: string\n          maxLength: 100\n"),
        Breaking, "request property `AddCaseRequest.note`: maxLength"),
    ("request: description of a property", (CASE, "    AddCaseRequest:\n", "Further details of the case.", "What else is known."),
        DocsOnly, "request property `AddCaseRequest.note`: description"),
    ("request: unknown fields no longer accepted", (PAYROLL, "    GetCostCentersRequest:\n", "      additionalProperties: true\n", ""),
        DocsOnly, "request type `GetCostCentersRequest`: unknown properties are no longer preserved"),
    ("request: type renamed", (CONTRACT, "    ContractService:\n", "", ""),
        Breaking, "request type `ContractServiceItem`: renamed from `ContractService`"),

    // Properties of a response: they are read as if all were optional and nullable.
    ("response: property added", (PAYROLL, "    CostCenter:\n", "      properties:\n", "      properties:\n        colour:\n          type: string\n"),
        Additive, "response property `CostCenter.colour`: added"),
    ("response: required property added", (CASE, "    AddCaseResponse:\n", "      required: [feedbackId]\n      properties:\n", "      required: [feedbackId, colour]\n      properties:\n        colour:\n          type: string\n"),
        Additive, "response property `AddCaseResponse.colour`: added"),
    ("response: property removed", (PAYROLL, "    CostCenter:\n", "        companyCode:\n          type: string\n          description: Code of the company.\n", ""),
        Breaking, "response property `CostCenter.companyCode`: removed"),
    ("response: property renamed", (PAYROLL, "    CostCenter:\n", "        companyCode:\n", "        companyNo:\n"),
        Breaking, "response property `CostCenter.companyNo`: renamed from `companyCode`"),
    ("response: optional becomes required", (PAYROLL, "    CostCenter:\n", "      properties:\n", "      required: [amount]\n      properties:\n"),
        DocsOnly, "response property `CostCenter.amount`: becomes required"),
    ("response: required becomes optional", (CASE, "    AddCaseResponse:\n", "      required: [feedbackId]\n", ""),
        DocsOnly, "response property `AddCaseResponse.feedbackId`: becomes optional"),
    ("response: property may be null", (PAYROLL, "    CostCenter:\n", "        amount:\n          type: number\n", "        amount:\n          type: number\n          nullable: true\n"),
        DocsOnly, "response property `CostCenter.amount`: may be null"),
    ("response: property may no longer be null", (MASTER, "        options:\n          type: array\n", "          nullable: true\n", ""),
        DocsOnly, "response property `CustomField.options`: may no longer be null"),
    ("response: text becomes number, which is still read", (PAYROLL, "    CostCenter:\n", "        companyCode:\n          type: string\n", "        companyCode:\n          type: integer\n"),
        Breaking, "response property `CostCenter.companyCode`: type"),
    ("response: text becomes boolean", (PAYROLL, "    CostCenter:\n", "        companyCode:\n          type: string\n", "        companyCode:\n          type: boolean\n"),
        Breaking, "response property `CostCenter.companyCode`: type"),
    ("response: unknown type becomes known", (MASTER, "        fieldTypeName:\n", "          description: Name of the kind", "          type: string\n          description: Name of the kind"),
        Breaking, "response property `CustomField.fieldTypeName`: type"),
    ("response: text becomes date-time", (PAYROLL, "    CostCenter:\n", "        companyName:\n          type: string\n", "        companyName:\n          type: string\n          format: any-date-time\n"),
        Breaking, "response property `CostCenter.companyName`: format"),
    ("response: description of a type", (PAYROLL, "    CostCenter:\n", "The amount of a financial item", "What a financial item comes to"),
        DocsOnly, "response type `CostCenter`: description"),
    ("response: unknown fields are preserved", (CASE, "    AddCaseResponse:\n", "    EditCaseRequest:\n", "      additionalProperties: true\n\n    EditCaseRequest:\n"),
        Additive, "response type `AddCaseResponse`: unknown properties are preserved"),
    ("response: unknown fields no longer preserved", (PAYROLL, "        debitCredit:\n          $ref", "      additionalProperties: true\n", ""),
        Breaking, "response type `CostCenter`: unknown properties are no longer preserved"),
    ("response: enumeration becomes number", (PAYROLL, "", "", ""),
        Breaking, "response property `CostCenter.debitCredit`: type"),
    ("webhook: property removed", (HOOKS, "    WebhookChatMessage:\n", "        Content:\n          type: string\n          description: Text of the message.\n", ""),
        Breaking, "response property `WebhookChatMessage.Content`: removed"),
    ("webhook: description", (HOOKS, "  new_sales_order:\n", "A sales order was created", "There is a new sales order"),
        DocsOnly, "documentation of `receive_new_sales_order`: summary"),

    // Enumerations: open in requests and responses.
    ("request: value added", (CASE, "    CaseType:\n", "      enum: [1, 2]\n      x-enum-varnames: [REQUEST_FOR_ACTION, FOR_YOUR_INFORMATION]\n      x-enum-descriptions: [Someone has to act., Someone has to be informed.]", "      enum: [1, 2, 3]\n      x-enum-varnames: [REQUEST_FOR_ACTION, FOR_YOUR_INFORMATION, OTHER]\n      x-enum-descriptions: [Someone has to act., Someone has to be informed., Else.]"),
        Additive, "value `CaseType::OTHER`: added"),
    ("request: value removed", (CASE, "    CaseType:\n", "      enum: [1, 2]\n      x-enum-varnames: [REQUEST_FOR_ACTION, FOR_YOUR_INFORMATION]\n      x-enum-descriptions: [Someone has to act., Someone has to be informed.]", "      enum: [1]\n      x-enum-varnames: [REQUEST_FOR_ACTION]\n      x-enum-descriptions: [Someone has to act.]"),
        Breaking, "value `CaseType::FOR_YOUR_INFORMATION`: removed"),
    ("request: value changed", (CASE, "    CaseType:\n", "      enum: [1, 2]\n", "      enum: [1, 3]\n"),
        Breaking, "value `CaseType::FOR_YOUR_INFORMATION`: value"),
    ("request: constant renamed", (CASE, "    CaseType:\n", "FOR_YOUR_INFORMATION]", "FYI]"),
        Breaking, "value `CaseType::FYI`: renamed from `FOR_YOUR_INFORMATION`"),
    ("response: value added", (MASTER, "    CustomFieldTextBox:\n", "      enum: [1, 2, 3]\n      x-enum-varnames: [NONE, LETTER, NUMBER]\n      x-enum-descriptions: [None., Letters., Numbers.]", "      enum: [1, 2, 3, 4]\n      x-enum-varnames: [NONE, LETTER, NUMBER, EMAIL]\n      x-enum-descriptions: [None., Letters., Numbers., E-mail.]"),
        Additive, "value `CustomFieldTextBox::EMAIL`: added"),
    ("response: value removed", (MASTER, "    CustomFieldTextBox:\n", "      enum: [1, 2, 3]\n      x-enum-varnames: [NONE, LETTER, NUMBER]\n      x-enum-descriptions: [None., Letters., Numbers.]", "      enum: [1, 2]\n      x-enum-varnames: [NONE, LETTER]\n      x-enum-descriptions: [None., Letters.]"),
        Breaking, "value `CustomFieldTextBox::NUMBER`: removed"),
    ("response: meaning of a value", (MASTER, "    CustomFieldTextBox:\n", "[None., Letters., Numbers.]", "[Nothing., Letters., Numbers.]"),
        DocsOnly, "value `CustomFieldTextBox::NONE`: meaning"),
    ("response: values in another order", (MASTER, "    CustomFieldTextBox:\n", "      enum: [1, 2, 3]\n      x-enum-varnames: [NONE, LETTER, NUMBER]\n      x-enum-descriptions: [None., Letters., Numbers.]", "      enum: [2, 1, 3]\n      x-enum-varnames: [LETTER, NONE, NUMBER]\n      x-enum-descriptions: [Letters., None., Numbers.]"),
        DocsOnly, "response type `CustomFieldTextBox`: values in another order"),

    // Operations.
    ("operation: path", (CASE, "paths:\n", "", ""),
        Breaking, "route of `add_case`: path"),
    ("operation: method", (PAYROLL, "  /empeo/api/v1/Payroll/cost-centers:\n", "    post:\n", "    put:\n"),
        Breaking, "route of `get_cost_centers`: method"),
    ("operation: renamed", (CASE, "", "operationId: add_case", "operationId: open_case"),
        Breaking, "operation `open_case`: renamed from `add_case`"),
    ("operation: tag", (MASTER, "", "tags: [Master]", "tags: [Payroll]"),
        DocsOnly, "documentation of `get_custom_fields`: tag"),
    ("operation: summary", (CASE, "", "summary: Open a case", "summary: Open a new case"),
        DocsOnly, "documentation of `add_case`: summary"),
    ("operation: description", (CASE, "", "Opens a case: a request of a customer", "Opens a case: a complaint of a customer"),
        DocsOnly, "documentation of `add_case`: description"),
    ("operation: oddity", (CASE, "", "        - The response is not documented.\n", ""),
        DocsOnly, "documentation of `edit_case`: oddities"),
    ("operation: evidence", (CASE, "", "request: complete, response: complete}", "request: complete, response: partial}"),
        DocsOnly, "documentation of `add_case`: evidence"),
    ("operation: portal page", (CASE, "", "x-gofive-page: api-13759273", "x-gofive-page: api-13759274"),
        DocsOnly, "documentation of `add_case`: page"),
    ("operation: request example", (CASE, "  /v1/case:\n", "                  note: description\n", "                  note: a description\n"),
        DocsOnly, "documentation of `add_case`: request example"),
    ("operation: response example", (PAYROLL, "", "amount: 12330", "amount: 12331"),
        DocsOnly, "documentation of `get_cost_centers`: response example"),
    ("operation: payload at another location", (CASE, "", "x-gofive-payload: [/data/data, /data]", "x-gofive-payload: [/data/data]"),
        Breaking, "payload of `add_case`: has other pointers"),
    ("operation: payload at one more location", (CONTRACT, "  /v1/contract/service-agreement:\n", "x-gofive-payload: [/data]", "x-gofive-payload: [/data, '']"),
        Additive, "payload of `create_or_update_contract_service_agreement`: has more pointers"),
    ("operation: no longer retried", (MASTER, "", "x-gofive-idempotency: safe", "x-gofive-idempotency: non-idempotent"),
        Breaking, "idempotency of `get_custom_fields`: is no longer retried, or for fewer requests"),
    ("operation: retried", (CASE, "", "x-gofive-idempotency: non-idempotent", "x-gofive-idempotency: idempotent"),
        Breaking, "idempotency of `add_case`: is retried after a failure"),
    ("operation: retried with its key", (CASE, "", "x-gofive-idempotency: non-idempotent", "x-gofive-idempotency: {idempotent-with: [customerCode]}"),
        Breaking, "idempotency of `add_case`: is retried after a failure"),
    ("operation: a create becomes safe", (CASE, "", "x-gofive-idempotency: non-idempotent", "x-gofive-idempotency: safe"),
        Breaking, "idempotency of `add_case`: is retried after a failure"),
    ("operation: an update becomes safe", (CASE, "", "x-gofive-idempotency: idempotent\n", "x-gofive-idempotency: safe\n"),
        Breaking, "idempotency of `edit_case`: counts as reading only"),
    ("operation: retried only with its key", (PAYROLL, "", "x-gofive-idempotency: safe", "x-gofive-idempotency: {idempotent-with: [CompanyName]}"),
        Breaking, "idempotency of `get_cost_centers`: is no longer retried, or for fewer requests"),
    ("operation: no longer paged", (EMPLOYEE, "", "      x-gofive-paging: {style: page-index, index: pageIndex, size: pageSize}\n", ""),
        Breaking, "paging of `get_employees_list`: removed"),
    ("operation: paged in another way", (EMPLOYEE, "", "{style: page-index, index: pageIndex, size: pageSize}", "{style: skip-take, skip: pageIndex, take: pageSize}"),
        Breaking, "paging of `get_employees_list`: requests pages in another way"),
    ("operation: no token", (MASTER, "    get:\n", "      operationId: get_custom_fields\n", "      operationId: get_custom_fields\n      security: []\n"),
        Additive, "authorisation of `get_custom_fields`: no longer requires the token"),
    ("operation: body becomes a form", (PAYROLL, "      requestBody:\n", "application/json", "application/x-www-form-urlencoded"),
        Breaking, "body of `get_cost_centers`: media type"),
    ("operation: body becomes optional", (PAYROLL, "      requestBody:\n", "required: true", "required: false"),
        Additive, "body of `get_cost_centers`: becomes optional"),
    ("operation: status of success", (CASE, "  /v1/case:\n", "'200'", "'201'"),
        DocsOnly, "documentation of `add_case`: success status"),
    ("operation: a failure is documented", (CASE, "  /v1/case/{caseNo}:\n", "        '200':\n", "        '400':\n          $ref: '../common.yaml#/components/responses/BadRequest'\n        '200':\n"),
        DocsOnly, "documentation of `edit_case`: failures"),
    ("operation: payload is a single object, not a list", (MASTER, "    GetCustomFieldsEnvelope:\n", "          type: array\n          description: The custom fields.\n          items:\n            $ref: '#/components/schemas/CustomField'\n", "          $ref: '#/components/schemas/CustomField'\n"),
        Breaking, "response property `GetCustomFieldsEnvelope.data`: type of the payload, type"),
    ("operation: property of the envelope", (PAYROLL, "    GetCostCentersEnvelope:\n", "        totals:\n          type: integer\n          description: A count; 2 in the portal's example, which has two items.\n", ""),
        DocsOnly, "response property `GetCostCentersEnvelope.totals`: removed"),

    // Parameters: those of the query are properties of the request in Rust.
    ("parameter: optional one added", (EMPLOYEE, "      parameters:\n", "        - name: pageSize\n", "        - name: colour\n          in: query\n          required: false\n          schema: {type: string}\n        - name: pageSize\n"),
        Additive, "request property `GetEmployeesListRequest.colour`: added"),
    ("parameter: required one added", (EMPLOYEE, "      parameters:\n", "        - name: pageSize\n", "        - name: colour\n          in: query\n          required: true\n          schema: {type: string}\n        - name: pageSize\n"),
        Breaking, "request property `GetEmployeesListRequest.colour`: added, required"),
    ("parameter: removed", (EMPLOYEE, "      parameters:\n", "        - name: fields\n          in: query\n          required: false\n          description: Properties to expand. `WorkInfo` adds workingInformation; other values are not known.\n          schema: {type: string}\n          example: WorkInfo\n", ""),
        Breaking, "request property `GetEmployeesListRequest.fields`: removed"),
    ("parameter: becomes required", (EMPLOYEE, "        - name: fields\n", "required: false", "required: true"),
        Breaking, "request property `GetEmployeesListRequest.fields`: becomes required"),
    ("parameter: becomes optional", (EMPLOYEE, "        - name: companyName\n", "required: true", "required: false"),
        Breaking, "request property `GetEmployeesListRequest.companyName`: becomes optional, implements `Default`"),
    ("parameter: type", (EMPLOYEE, "        - name: fields\n", "schema: {type: string}", "schema: {type: integer}"),
        Breaking, "request property `GetEmployeesListRequest.fields`: type"),
    ("parameter: number becomes text", (EMPLOYEE, "        - name: pageSize\n", "schema: {type: integer}", "schema: {type: string}"),
        Breaking, "request property `GetEmployeesListRequest.pageSize`: type"),
    ("parameter: one of the path renamed", (CASE, "", "", ""),
        DocsOnly, "argument `case_number` of `edit_case`: renamed from `caseNo`"),
    ("parameter: example", (EMPLOYEE, "        - name: companyName\n", "example: empeo Dev Test", "example: empeo Dev"),
        DocsOnly, "documentation of `get_employees_list`: example of companyName"),

    // Parts of the document outside the operations.
    ("document: description of a group", ("venio/openapi.yaml", "  - name: Case\n", "Requests and complaints", "Complaints and requests"),
        DocsOnly, "`tags` of the document: text"),
    ("document: server", ("empeo/openapi.yaml", "", "description: Production", "description: The one"),
        DocsOnly, "`servers` of the document: text"),
    ("document: one more server", ("empeo/openapi.yaml", "servers:\n", "description: Production\n", "description: Production\n  - url: http://localhost:4010\n    description: Sandbox\n"),
        DocsOnly, "`servers` of the document: text"),
    ("document: another server", ("empeo/openapi.yaml", "servers:\n", "https://api.gofive.co.th", "https://api.gofive.com"),
        Breaking, "`servers` of the document: another URL"),
    ("document: another server is the first", ("empeo/openapi.yaml", "servers:\n", "servers:\n", "servers:\n  - url: http://localhost:4010\n    description: Sandbox\n"),
        Breaking, "`servers` of the document: another one is the first"),
];

/// The edits of the changes that need more than one.
pub(super) fn further_edits(name: &str) -> Vec<Edit> {
    match name {
        "request: type renamed" => vec![
            (CONTRACT, "", "    ContractService:\n", "    ContractServiceItem:\n"),
            (CONTRACT, "", "schemas/ContractService'", "schemas/ContractServiceItem'"),
        ],
        "request: enumeration becomes number" => vec![
            (CASE, "    AddCaseRequest:\n", "$ref: '#/components/schemas/CaseType'", "type: integer"),
            (
                CASE,
                "components:\n",
                "    CaseType:\n      type: integer\n      description: Whether a case asks for action or only informs.\n      \
                 enum: [1, 2]\n      x-enum-varnames: [REQUEST_FOR_ACTION, FOR_YOUR_INFORMATION]\n      \
                 x-enum-descriptions: [Someone has to act., Someone has to be informed.]\n\n",
                "",
            ),
        ],
        "request: number becomes enumeration" => vec![
            (
                CASE,
                "",
                "    CaseType:\n",
                "    CaseCategory:\n      type: integer\n      description: Category of a case.\n      enum: [1, 2]\n      \
                 x-enum-varnames: [HARDWARE, SOFTWARE]\n      x-enum-descriptions: [Hardware., Software.]\n\n    CaseType:\n",
            ),
            (
                CASE,
                "    AddCaseRequest:\n",
                "          type: integer\n          description: Category of the case. The path of the portal's list of \
                 categories is not known.\n",
                "          $ref: '#/components/schemas/CaseCategory'\n",
            ),
        ],
        "response: enumeration becomes number" => vec![
            (PAYROLL, "        debitCredit:\n", "$ref: '#/components/schemas/CostCenterSide'", "type: integer"),
            (
                PAYROLL,
                "components:\n",
                "    CostCenterSide:\n      type: string\n      description: >-\n        Side of the account that an amount is \
                 booked to. The portal describes the numbers 1 and 2, its example has a\n        word.\n      enum: ['1', \
                 '2', Credit]\n      x-enum-varnames: [DEBIT, CREDIT, CREDIT_WORD]\n      x-enum-descriptions:\n        - \
                 Debit, according to the portal's description.\n        - Credit, according to the portal's \
                 description.\n        - Credit, as the portal's example writes it.\n\n",
                "",
            ),
        ],
        "parameter: one of the path renamed" => vec![
            (CASE, "paths:\n", "  /v1/case/{caseNo}:\n", "  /v1/case/{caseNumber}:\n"),
            (CASE, "", "- name: caseNo\n", "- name: caseNumber\n"),
            (
                "venio/openapi.yaml",
                "",
                "  /v1/case/{caseNo}:\n    $ref: 'case.yaml#/paths/~1v1~1case~1{caseNo}'",
                "  /v1/case/{caseNumber}:\n    $ref: 'case.yaml#/paths/~1v1~1case~1{caseNumber}'",
            ),
        ],
        "operation: path" => vec![
            (CASE, "paths:\n", "  /v1/case:\n", "  /v2/case:\n"),
            (
                "venio/openapi.yaml",
                "",
                "  /v1/case:\n    $ref: 'case.yaml#/paths/~1v1~1case'",
                "  /v2/case:\n    $ref: 'case.yaml#/paths/~1v2~1case'",
            ),
        ],
        _ => Vec::new(),
    }
}
