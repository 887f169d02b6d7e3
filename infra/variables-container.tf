# Containers behind a load balancer, in addition to the function. Nothing here matters unless enable_container is set.

variable "enable_container" {
  description = "The container path: two services behind a load balancer with weighted target groups."
  type        = bool
  default     = false
}

variable "vpc_id" {
  description = "VPC of load balancer and containers."
  type        = string
  default     = null

  validation {
    condition     = var.enable_container ? can(regex("^vpc-[0-9a-f]+$", var.vpc_id)) : true
    error_message = "vpc_id must name a VPC (vpc-…) when enable_container is true."
  }
}

variable "subnet_ids" {
  description = "Subnets of load balancer and containers, in two zones at least, with a way to the image registry."
  type        = list(string)
  default     = []

  validation {
    condition     = !var.enable_container || length(distinct(var.subnet_ids)) >= 2
    error_message = "subnet_ids must name two subnets at least, in different zones, when enable_container is true."
  }
}

variable "certificate_arn" {
  description = "Certificate of the load balancer; without one it speaks HTTP, which is for internal ones only."
  type        = string
  default     = null

  validation {
    condition     = !var.enable_container || var.internal_alb || var.certificate_arn != null
    error_message = "certificate_arn must be set when the load balancer is reachable from outside, or internal_alb must be true."
  }
  validation {
    condition     = var.certificate_arn == null || can(regex("^arn:[a-z-]+:acm:", var.certificate_arn))
    error_message = "certificate_arn must be the ARN of an ACM certificate: arn:aws:acm:REGION:ACCOUNT:certificate/ID."
  }
}

variable "allowed_cidrs" {
  description = "Who may reach the load balancer."
  type        = list(string)
  default     = ["10.0.0.0/8"]

  validation {
    condition     = length(var.allowed_cidrs) > 0 && alltrue([for cidr in var.allowed_cidrs : can(cidrhost(cidr, 0)) && strcontains(cidr, ".")])
    error_message = "allowed_cidrs must be IPv4 ranges such as 10.0.0.0/8, one at least."
  }
}

variable "internal_alb" {
  description = "Whether the load balancer has private addresses only."
  type        = bool
  default     = false
}

variable "container_image" {
  description = "Image that both services start from; null is the tag first in the repository that this module makes. Later revisions are a deployer's."
  type        = string
  default     = null

  validation {
    condition     = var.container_image == null || can(regex("^[a-z0-9.-]+(:[0-9]+)?/.+[:@].+$", var.container_image))
    error_message = "container_image must be REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST."
  }
}

variable "container_size" {
  description = "CPU units (1024 is one vCPU) and MiB of one container."
  type = object({
    cpu    = optional(number, 1024)
    memory = optional(number, 2048)
  })
  default = {}

  validation {
    condition     = contains([512, 1024, 2048, 4096], var.container_size.cpu) && var.container_size.memory >= 2 * var.container_size.cpu && var.container_size.memory <= 8 * var.container_size.cpu
    error_message = "container_size must have a cpu of 512, 1024, 2048 or 4096, and a memory of 2 to 8 times as many MiB."
  }
}

variable "desired_count" {
  description = "Containers of the stable service at first. The canary starts with none: whoever deploys a version raises it."
  type        = number
  default     = 2

  validation {
    condition     = var.desired_count >= 1 && var.desired_count <= 50 && floor(var.desired_count) == var.desired_count
    error_message = "desired_count must be a whole number from 1 to 50."
  }
}

variable "sticky_seconds" {
  description = "How long the load balancer keeps a caller with its version; 0 is off. Callers that are kept do not leave a canary at a rollback."
  type        = number
  default     = 0

  validation {
    condition     = var.sticky_seconds >= 0 && var.sticky_seconds <= 604800 && floor(var.sticky_seconds) == var.sticky_seconds
    error_message = "sticky_seconds must be a whole number from 0 (off) to 604800."
  }
}

variable "health_grace_seconds" {
  description = "Seconds after a container's start in which its health does not count. Set it to 0 where a stand-in for AWS does not keep it."
  type        = number
  default     = 60

  validation {
    condition     = var.health_grace_seconds >= 0 && var.health_grace_seconds <= 3600
    error_message = "health_grace_seconds must be from 0 to 3600."
  }
}

variable "enable_autoscaling" {
  description = "More containers when they are busy. Set it to false where a stand-in for AWS never says that it is done."
  type        = bool
  default     = true
}
