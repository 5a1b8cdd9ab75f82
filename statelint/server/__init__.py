"""The language server: findings in editors, while their buffers are not saved yet."""
