namespace Ferry.Mutations;

internal enum Verdict
{
    /// <summary>A test fails, as it should.</summary>
    Killed,

    /// <summary>No test notices: one is missing.</summary>
    Survived,

    /// <summary>The rule finds its text no more, does not build, or runs no test.</summary>
    Broken,
}

/// <param name="Detail">Who killed it, or what is wrong.</param>
internal sealed record Outcome(Rule Rule, Verdict Verdict, string Detail, TimeSpan Took);
