namespace Ferry.Runtime;

/// <summary>What a recording is to have in it, and where it goes.</summary>
public sealed record DiagnoseOptions
{
    /// <summary>A file that is not there yet; null for the next one in the home's <c>diagnostics</c>.</summary>
    public string? Output { get; init; }

    /// <summary>Leave the names of files, paths and searches in; without it they become pseudonyms.</summary>
    public bool WithNames { get; init; }
}

/// <summary>A recording of the node's last turns, in a file.</summary>
/// <param name="Turns">How many inputs with their effects are in it.</param>
/// <param name="Lost">How many came before them and were overwritten; with none it can be replayed.</param>
/// <param name="Seconds">How long a time it covers.</param>
public sealed record DiagnosisInfo(string Path, long Bytes, long Turns, long Lost, double Seconds, bool WithNames);
