namespace Ferry.Mutations;

/// <summary>Tests that ought to fail: a test program of this repository and what it is told to run.</summary>
internal sealed record TestRun(string Project, IReadOnlyList<string> Arguments)
{
    public static TestRun Parse(string rule, string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2) throw new RuleException(rule, $"runs all tests of '{text}': name some");
        return new TestRun(words[0], words[1..]);
    }

    /// <summary>What the program is told: to end with the first test that fails, which is all that is asked.</summary>
    public IEnumerable<string> Command => IsOfSeeds ? Arguments : [.. Arguments, "-noLogo", "-noColor", "-stopOnFail"];

    /// <summary>Runs of the simulation by hand, which is not told as xunit is.</summary>
    private bool IsOfSeeds => Arguments[0].StartsWith("--", StringComparison.Ordinal);

    public override string ToString() => $"{Project} {string.Join(' ', Arguments)}";
}
