# What every deployment says. Settings of the load balancer's path are in variables-container.tf.

variable "name" {
  description = "Name of the deployment; begins the name of everything in it."
  type        = string
  default     = "sluice"

  validation {
    # Names of target groups end at 32 characters, and "-canary-grp" has 11 of them.
    condition     = can(regex("^[a-z][a-z0-9-]{0,19}[a-z0-9]$", var.name)) && !strcontains(var.name, "--")
    error_message = "name must be 2 to 21 lower-case letters, digits and single hyphens, from a letter to a letter or digit."
  }
}

variable "region" {
  description = "AWS region; null takes it from the environment."
  type        = string
  default     = null

  validation {
    condition     = var.region == null || can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be the name of an AWS region, such as eu-central-1, or null for the environment's."
  }
}

variable "tags" {
  description = "Tags on everything, beside application and deployment."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.tags) : !startswith(lower(key), "aws:") && length(key) <= 128])
    error_message = "tags must have keys of at most 128 characters which do not begin with \"aws:\"."
  }
}

variable "package_type" {
  description = "Zip (with SnapStart), or Image."
  type        = string
  default     = "Zip"

  validation {
    condition     = contains(["Zip", "Image"], var.package_type)
    error_message = "package_type must be Zip or Image."
  }
}

variable "artifact" {
  description = "Where the zip is. content_hash is its SHA-256 in base64: a new one publishes the next version."
  type = object({
    bucket       = string
    key          = string
    version_id   = optional(string)
    content_hash = optional(string)
  })
  default = null

  validation {
    condition     = var.package_type != "Zip" || var.artifact != null
    error_message = "artifact must name bucket and key of the zip when package_type is Zip."
  }
  validation {
    condition     = try(var.artifact.content_hash, null) == null || can(regex("^[A-Za-z0-9+/]{43}=$", var.artifact.content_hash))
    error_message = "artifact.content_hash must be a SHA-256 in base64 (44 characters): openssl dgst -sha256 -binary FILE | base64."
  }
}

variable "image_uri" {
  description = "The function's image, by digest. Needed when package_type is Image."
  type        = string
  default     = null

  validation {
    condition     = var.package_type != "Image" || can(regex("@sha256:[0-9a-f]{64}$", var.image_uri))
    error_message = "image_uri must name the image by its digest (REPOSITORY@sha256:…) when package_type is Image: a tag can move under a published version."
  }
}

variable "architecture" {
  description = "x86_64 or arm64; the package must hold the natives of the same."
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture must be x86_64 or arm64."
  }
}

variable "lambda_runtime" {
  description = "Runtime of the zip. java25 needs version 6.20 or newer of the AWS provider."
  type        = string
  default     = "java21"

  validation {
    condition     = contains(["java21", "java25"], var.lambda_runtime)
    error_message = "lambda_runtime must be java21 or java25: Sluice is compiled for Java 21."
  }
}

variable "lambda_handler" {
  description = "Entry class of the zip."
  type        = string
  default     = "dev.sluice.config.Lambda::handleRequest"

  validation {
    condition     = can(regex("^[A-Za-z0-9_.$]+(::[A-Za-z0-9_]+)?$", var.lambda_handler))
    error_message = "lambda_handler must be package.Class or package.Class::method."
  }
}

variable "memory_mb" {
  description = "Memory of the serving function; its CPU grows with it, and 1769 is one vCPU."
  type        = number
  default     = 1769

  validation {
    condition     = var.memory_mb >= 512 && var.memory_mb <= 10240 && floor(var.memory_mb) == var.memory_mb
    error_message = "memory_mb must be a whole number from 512 to 10240."
  }
}

variable "timeout_seconds" {
  description = "Time of one invocation; API Gateway gives up after 29 s."
  type        = number
  default     = 10

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= 29 && floor(var.timeout_seconds) == var.timeout_seconds
    error_message = "timeout_seconds must be a whole number from 1 to 29: API Gateway answers 504 after 29 s."
  }
}

variable "snap_start" {
  description = "Start from a snapshot. Set it to false for Image, and where a stand-in for AWS does not keep it."
  type        = bool
  default     = true

  validation {
    condition     = !var.snap_start || var.package_type == "Zip"
    error_message = "snap_start must be false when package_type is Image: SnapStart is for zips of a Java runtime."
  }
}

variable "json_logs" {
  description = "Lambda's own log lines as JSON. Set it to false where a stand-in for AWS does not keep it."
  type        = bool
  default     = true
}

variable "reserved_concurrency" {
  description = "Invocations at once, at most; -1 reserves nothing. New accounts refuse anything else until their quota is raised."
  type        = number
  default     = -1

  validation {
    condition     = var.reserved_concurrency == -1 || (var.reserved_concurrency >= 1 && floor(var.reserved_concurrency) == var.reserved_concurrency)
    error_message = "reserved_concurrency must be -1 (none) or a whole number from 1; 0 would stop all traffic."
  }
}

variable "environment" {
  description = "More settings of the service, as in function/docs/configuration.md. No secrets: they would be in the state."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setintersection(keys(var.environment), ["ADMIN_TOKEN", "VIEWER_TOKEN", "API_KEYS", "SIGNING_KEYS", "WEBHOOK_SECRET"])) == 0
    error_message = "environment must not hold secrets (ADMIN_TOKEN, VIEWER_TOKEN, API_KEYS, SIGNING_KEYS, WEBHOOK_SECRET): they would be in the state. Put their values into the secrets that the output secret_names lists."
  }
  validation {
    condition     = length(setintersection(keys(var.environment), ["STORE_URL", "MAX_BODY_BYTES", "SLUICE_MODE", "ROLLOUT_TARGETS", "ADMIN_TOKEN_SECRET", "SIGNING_KEYS_SECRET"])) == 0 && alltrue([for key in keys(var.environment) : !startswith(key, "AWS_")])
    error_message = "environment must not hold what this module sets (STORE_URL, MAX_BODY_BYTES, SLUICE_MODE, ROLLOUT_TARGETS, ADMIN_TOKEN_SECRET, SIGNING_KEYS_SECRET) or AWS_…: use max_body_bytes for MAX_BODY_BYTES."
  }
}

variable "alias_name" {
  description = "Alias that callers reach, and whose weights a rollout moves."
  type        = string
  default     = "live"

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9_]{0,63}$", var.alias_name))
    error_message = "alias_name must be 1 to 64 letters, digits and _, from a letter: stage variables take no hyphen safely, and numbers are versions."
  }
}

variable "protect_data" {
  description = "Keep table, bucket and load balancer from being destroyed. Set it to false for what is thrown away."
  type        = bool
  default     = true
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653."
  }
}
