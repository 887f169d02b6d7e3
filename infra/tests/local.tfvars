# For a stand-in of AWS on this machine: what it accepts and does not keep is off, so that a second plan is clean.
name                 = "trial"
protect_data         = false
snap_start           = false
json_logs            = false
binary_media_types   = []
health_grace_seconds = 0
enable_autoscaling   = false
enable_waf           = true
enable_access_logs   = true
manage_apigw_account = true
enable_prometheus    = true
api_keys             = { mobile = { rate = 20, burst = 40, quota = 100000 } }
tags                 = { team = "trial" }
