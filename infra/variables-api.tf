# What stands between callers and the function, and who is told.

variable "throttle_rate" {
  description = "Requests a second that the stage takes, for all callers together."
  type        = number
  default     = 200

  validation {
    condition     = var.throttle_rate > 0 && var.throttle_rate <= 10000
    error_message = "throttle_rate must be above 0 and at most 10000, which is an account's own limit."
  }
}

variable "throttle_burst" {
  description = "Requests that may come at once."
  type        = number
  default     = 400

  validation {
    condition     = var.throttle_burst >= 1 && var.throttle_burst <= 5000 && floor(var.throttle_burst) == var.throttle_burst
    error_message = "throttle_burst must be a whole number from 1 to 5000, which is an account's own limit."
  }
}

variable "max_body_bytes" {
  description = "Bytes of a body; the service enforces it exactly. Base64 makes 4.4 MB of binary the 6 MB that Lambda takes."
  type        = number
  default     = 4194304

  validation {
    condition     = var.max_body_bytes >= 1024 && var.max_body_bytes <= 4400000 && floor(var.max_body_bytes) == var.max_body_bytes
    error_message = "max_body_bytes must be a whole number from 1024 to 4400000: Lambda takes 6 MB, and base64 adds a third."
  }
}

variable "binary_media_types" {
  description = "Media types that reach the function as bytes. Set it to [] where a stand-in for AWS does not keep them."
  type        = list(string)
  default     = ["application/octet-stream"]

  validation {
    condition     = alltrue([for type in var.binary_media_types : can(regex("^[a-z*]+/[a-z0-9.+*-]+$", type))])
    error_message = "binary_media_types must be media types such as application/octet-stream, without parameters."
  }
}

variable "api_keys" {
  description = "Usage plans by caller: rate and burst in requests a second, quota in requests a day. With any, predictions need an API key of one of them."
  type = map(object({
    rate  = number
    burst = number
    quota = optional(number)
  }))
  default = {}

  validation {
    condition     = alltrue([for plan in var.api_keys : plan.rate > 0 && plan.burst >= 1 && coalesce(plan.quota, 1) >= 1])
    error_message = "api_keys must have a rate above 0, a burst of at least 1, and a quota of at least 1 or none."
  }
  validation {
    condition     = alltrue([for plan in var.api_keys : plan.rate <= var.throttle_rate && plan.burst <= var.throttle_burst])
    error_message = "api_keys must not promise more than the stage takes: raise throttle_rate and throttle_burst, or lower the plan."
  }
}

variable "enable_waf" {
  description = "A web ACL before the stage: sizes, and requests by address."
  type        = bool
  default     = false
}

variable "waf_ip_rate" {
  description = "Requests that one address may send in five minutes."
  type        = number
  default     = 2000

  validation {
    condition     = var.waf_ip_rate >= 10 && var.waf_ip_rate <= 2000000000
    error_message = "waf_ip_rate must be from 10 to 2000000000 requests in five minutes."
  }
}

variable "enable_access_logs" {
  description = "One log line for each request at the stage. Needs the account's log role: see manage_apigw_account."
  type        = bool
  default     = false
}

variable "manage_apigw_account" {
  description = "Set API Gateway's log role. There is one for the whole account and region, so it is left alone by default."
  type        = bool
  default     = false
}

variable "enable_rollout" {
  description = "The controller: a second function, its schedule and its role."
  type        = bool
  default     = true
}

variable "tick_rate" {
  description = "How often the controller looks."
  type        = string
  default     = "rate(1 minute)"

  validation {
    condition     = can(regex("^rate\\((1 minute|[2-5] minutes)\\)$", var.tick_rate))
    error_message = "tick_rate must be rate(1 minute), or rate(2 minutes) to rate(5 minutes): harm is acted on at a tick."
  }
}

variable "model" {
  description = "What alarms and dashboard watch, since alarms cannot search: null is the deployment's name, which rollouts of its alias have; NAME-containers is its load balancer's."
  type        = string
  default     = null

  validation {
    condition     = var.model == null || can(regex("^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$", var.model))
    error_message = "model must be null or the name of a model: 1 to 128 letters, digits, dots, hyphens and _, from a letter or digit."
  }
}

variable "alarm_topic_arns" {
  description = "SNS topics that are told when an alarm starts and ends."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.alarm_topic_arns : can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", arn))])
    error_message = "alarm_topic_arns must be ARNs of SNS topics: arn:aws:sns:REGION:ACCOUNT:TOPIC."
  }
}

variable "p95_ms" {
  description = "Milliseconds within which 19 of 20 requests are to be answered; above it for 15 minutes is an alarm."
  type        = number
  default     = 1000

  validation {
    condition     = var.p95_ms >= 1 && var.p95_ms <= 29000
    error_message = "p95_ms must be from 1 to 29000."
  }
}

variable "enable_prometheus" {
  description = "A Prometheus workspace for the containers' metrics, with the rules and alerts of dashboards/prometheus."
  type        = bool
  default     = false
}
