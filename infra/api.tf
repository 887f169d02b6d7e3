locals {
  # What callers need, and nothing else: a {proxy+} at the top would publish the admin API and the metrics.
  # A path names its parent, because a resource that is made for each path cannot refer to itself: hence three levels.
  level1 = toset(["predict", "v1", "v2", "healthz", "ready", "health", "openapi.yml"])
  level2 = {
    "v1/infer"    = { parent = "v1", part = "infer" }
    "v1/feedback" = { parent = "v1", part = "feedback" }
    "v2/health"   = { parent = "v2", part = "health" }
    "v2/models"   = { parent = "v2", part = "models" }
  }
  level3 = {
    "v2/health/live"     = { parent = "v2/health", part = "live" }
    "v2/health/ready"    = { parent = "v2/health", part = "ready" }
    "v2/models/{proxy+}" = { parent = "v2/models", part = "{proxy+}" }
  }
  paths = merge(
    { for path, resource in aws_api_gateway_resource.level1 : path => resource.id },
    { for path, resource in aws_api_gateway_resource.level2 : path => resource.id },
    { for path, resource in aws_api_gateway_resource.level3 : path => resource.id },
  )

  # json: the body is a JSON object and nothing else. key: with api_keys set, a caller needs one of them.
  methods = {
    "POST predict"            = { json = true, key = true }
    "POST v1/infer"           = { json = true, key = true }
    "POST v1/feedback"        = { json = true, key = true }
    "GET v2"                  = { json = false, key = false }
    "GET v2/health/live"      = { json = false, key = false }
    "GET v2/health/ready"     = { json = false, key = false }
    "GET v2/models/{proxy+}"  = { json = false, key = true }
    "POST v2/models/{proxy+}" = { json = false, key = true }
    "GET healthz"             = { json = false, key = false }
    "GET ready"               = { json = false, key = false }
    "GET health"              = { json = false, key = true }
    "GET openapi.yml"         = { json = false, key = false }
  }

  # The gateway's own refusals, in the service's words.
  refusals = {
    THROTTLED                    = { status = 429, type = "rate-limited", title = "Too many requests", retry = "1" }
    QUOTA_EXCEEDED               = { status = 429, type = "rate-limited", title = "Too many requests", retry = "3600" }
    REQUEST_TOO_LARGE            = { status = 413, type = "payload-too-large", title = "The body is too large", retry = "" }
    BAD_REQUEST_BODY             = { status = 400, type = "invalid-body", title = "The body does not fit", retry = "" }
    INVALID_API_KEY              = { status = 401, type = "unauthorized", title = "Credentials are missing or wrong", retry = "" }
    MISSING_AUTHENTICATION_TOKEN = { status = 404, type = "not-found", title = "There is nothing here", retry = "" }
    INTEGRATION_TIMEOUT          = { status = 504, type = "deadline-exceeded", title = "The deadline has passed", retry = "" }
    INTEGRATION_FAILURE          = { status = 503, type = "overloaded", title = "Too busy right now", retry = "1" }
  }

  # All that a deployment depends on, as inputs: hashing attributes of resources fails with "Provider produced inconsistent
  # final plan", as they may change between plan and apply.
  api_shape = {
    methods  = local.methods
    refusals = local.refusals
    binary   = var.binary_media_types
    keys     = length(var.api_keys) > 0
    target   = local.function_arn
    timeout  = var.timeout_seconds
  }
}

resource "aws_api_gateway_rest_api" "service" {
  name               = var.name
  description        = "Sluice"
  binary_media_types = local.api_shape.binary

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_resource" "level1" {
  for_each    = local.level1
  rest_api_id = aws_api_gateway_rest_api.service.id
  parent_id   = aws_api_gateway_rest_api.service.root_resource_id
  path_part   = each.key
}

resource "aws_api_gateway_resource" "level2" {
  for_each    = local.level2
  rest_api_id = aws_api_gateway_rest_api.service.id
  parent_id   = aws_api_gateway_resource.level1[each.value.parent].id
  path_part   = each.value.part
}

resource "aws_api_gateway_resource" "level3" {
  for_each    = local.level3
  rest_api_id = aws_api_gateway_rest_api.service.id
  parent_id   = aws_api_gateway_resource.level2[each.value.parent].id
  path_part   = each.value.part
}

resource "aws_api_gateway_model" "object" {
  rest_api_id  = aws_api_gateway_rest_api.service.id
  name         = "object"
  description  = "A JSON object; the service looks at what is in it"
  content_type = "application/json"
  schema       = jsonencode({ "$schema" = "http://json-schema.org/draft-04/schema#", type = "object" })
}

# Content-Type is not demanded: the service takes a body without it, and a body of another type is the service's to refuse.
resource "aws_api_gateway_request_validator" "body" {
  rest_api_id           = aws_api_gateway_rest_api.service.id
  name                  = "body"
  validate_request_body = true
}

resource "aws_api_gateway_method" "call" {
  for_each             = local.methods
  rest_api_id          = aws_api_gateway_rest_api.service.id
  resource_id          = local.paths[split(" ", each.key)[1]]
  http_method          = split(" ", each.key)[0]
  authorization        = "NONE" # the service checks bearer tokens itself, as in a container
  api_key_required     = each.value.key && local.api_shape.keys
  request_validator_id = each.value.json ? aws_api_gateway_request_validator.body.id : null
  request_models       = each.value.json ? { "application/json" = aws_api_gateway_model.object.name } : null
}

resource "aws_api_gateway_integration" "call" {
  for_each                = local.methods
  rest_api_id             = aws_api_gateway_rest_api.service.id
  resource_id             = aws_api_gateway_method.call[each.key].resource_id
  http_method             = aws_api_gateway_method.call[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  # The stage names the alias, so another stage may use another one.
  uri                  = "arn:${local.partition}:apigateway:${local.region}:lambda:path/2015-03-31/functions/${local.function_arn}:$${stageVariables.alias}/invocations"
  timeout_milliseconds = min(var.timeout_seconds * 1000 + 500, 29000)
}

resource "aws_api_gateway_gateway_response" "refusal" {
  for_each      = local.refusals
  rest_api_id   = aws_api_gateway_rest_api.service.id
  response_type = each.key
  status_code   = each.value.status

  response_parameters = merge(
    { "gatewayresponse.header.Content-Type" = "'application/problem+json'" },
    each.value.retry == "" ? {} : { "gatewayresponse.header.Retry-After" = "'${each.value.retry}'" },
  )
  response_templates = {
    "application/json" = jsonencode({
      type   = "urn:sluice:problem:${each.value.type}"
      title  = each.value.title
      status = each.value.status
      detail = "refused at the gateway"
      error  = "refused at the gateway"
    })
  }
}

resource "aws_api_gateway_deployment" "service" {
  rest_api_id = aws_api_gateway_rest_api.service.id
  triggers    = { shape = sha1(jsonencode(local.api_shape)) }

  lifecycle {
    # Else: "Active stages pointing to this deployment must be moved or deleted".
    create_before_destroy = true
  }

  # A deployment is a snapshot: what comes after it is not in it.
  depends_on = [aws_api_gateway_integration.call, aws_api_gateway_gateway_response.refusal]
}

resource "aws_cloudwatch_log_group" "access" {
  count             = var.enable_access_logs ? 1 : 0
  name              = "/aws/apigateway/${var.name}"
  retention_in_days = var.log_retention_days
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id          = aws_api_gateway_rest_api.service.id
  deployment_id        = aws_api_gateway_deployment.service.id
  stage_name           = "live"
  xray_tracing_enabled = true
  variables            = { alias = aws_lambda_alias.live.name }

  dynamic "access_log_settings" {
    for_each = aws_cloudwatch_log_group.access
    content {
      destination_arn = access_log_settings.value.arn
      # No query and no header: they are the caller's.
      format = jsonencode({
        request = "$context.requestId", time = "$context.requestTimeEpoch", method = "$context.httpMethod"
        route   = "$context.resourcePath", status = "$context.status", ms = "$context.responseLatency"
        length  = "$context.responseLength", address = "$context.identity.sourceIp", error = "$context.error.responseType"
      })
    }
  }

  depends_on = [aws_api_gateway_account.logs]
}

resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = aws_api_gateway_rest_api.service.id
  stage_name  = aws_api_gateway_stage.live.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = true
    logging_level          = "OFF" # execution logs hold bodies
    throttling_rate_limit  = var.throttle_rate
    throttling_burst_limit = var.throttle_burst
  }
}

# The plans, not the keys: a key's value would be in the state. README.md has the two calls that make a key.
resource "aws_api_gateway_usage_plan" "caller" {
  for_each = var.api_keys
  name     = "${var.name}-${each.key}"

  api_stages {
    api_id = aws_api_gateway_rest_api.service.id
    stage  = aws_api_gateway_stage.live.stage_name
  }

  throttle_settings {
    rate_limit  = each.value.rate
    burst_limit = each.value.burst
  }

  dynamic "quota_settings" {
    for_each = each.value.quota == null ? [] : [each.value.quota]
    content {
      limit  = quota_settings.value
      period = "DAY"
    }
  }
}

resource "aws_api_gateway_account" "logs" {
  count               = var.manage_apigw_account ? 1 : 0
  cloudwatch_role_arn = aws_iam_role.gateway_logs[0].arn
}
