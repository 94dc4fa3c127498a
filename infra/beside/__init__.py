"""What the stacks that stand beside a stage share: notices, intake, archive."""
