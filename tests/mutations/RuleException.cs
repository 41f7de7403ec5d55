namespace Ferry.Mutations;

/// <summary>A rule that cannot be used, and why.</summary>
internal sealed class RuleException(string rule, string problem) : Exception($"rule {rule} {problem}");
