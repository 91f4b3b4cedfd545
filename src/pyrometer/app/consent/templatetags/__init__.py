"""What other rooms' templates show of this one."""
