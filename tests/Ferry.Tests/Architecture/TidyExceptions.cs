namespace Ferry.Tests.Architecture;

/// <summary>What was untidy when its rule was made. Take lines out; never add one.</summary>
internal static class TidyExceptions
{
    /// <summary>Rule (file, line, method, later, region, name, sleep), file, findings it may have.</summary>
    public static readonly IReadOnlyList<(string Rule, string File, int Count)> All =
    [
        ("line", "src/Ferry.Protocol/Effect.cs", 2),
        ("line", "src/Ferry.Protocol/Engine.cs", 2),
        ("line", "src/Ferry.Protocol/EngineOptions.cs", 1),
        ("line", "src/Ferry.Protocol/LinkTraits.cs", 1),
        ("line", "src/Ferry.Protocol/Notice.cs", 4),
        ("line", "src/Ferry.Protocol/SeededRandom.cs", 1),
        ("line", "src/Ferry.Protocol/Session/ISealKeyRing.cs", 2),
        ("line", "src/Ferry.Protocol/Status.cs", 2),
        ("line", "src/Ferry.Protocol/StorageRequest.cs", 10),
        ("line", "src/Ferry.Protocol/StorageResult.cs", 4),
        ("line", "src/Ferry.Runtime/Facade/FerryException.cs", 1),
        ("line", "src/Ferry.Runtime/Facade/Infos.cs", 5),
        ("line", "src/Ferry.Runtime/Facade/RequestEvent.cs", 4),
        ("line", "src/Ferry.Runtime/FerryNode.cs", 9),
    ];
}
