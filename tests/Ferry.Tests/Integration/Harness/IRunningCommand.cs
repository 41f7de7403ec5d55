namespace Ferry.Tests.Integration.Harness;

/// <summary>A command of the program while it runs: a process, or, in the radio lab, within this one.</summary>
internal interface IRunningCommand : IAsyncDisposable
{
    /// <summary>Standard error so far.</summary>
    string Errors { get; }

    /// <summary>The lines of standard output so far.</summary>
    IReadOnlyCollection<string> Output { get; }

    /// <summary>The lines of standard output from here on; ends with the command. One reader.</summary>
    IAsyncEnumerable<string> LinesAsync(CancellationToken cancel);

    Task<int> ExitAsync();
}
