namespace Ferry.Tests.Architecture;

/// <summary>What was untidy when its rule was made. Take lines out; never add one.</summary>
internal static class TidyExceptions
{
    /// <summary>Rule (file, line, method, later, region, name, sleep), file, findings it may have.</summary>
    public static readonly IReadOnlyList<(string Rule, string File, int Count)> All =
    [
    ];
}
