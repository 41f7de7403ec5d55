using System.Diagnostics;
using Xunit;

namespace Ferry.Tests.Integration.Harness;

/// <summary>A real terminal, a window of tmux, with a program in it: it can be read and typed into.</summary>
internal sealed class TmuxScreen : IAsyncDisposable
{
    private readonly string _socket;

    private TmuxScreen(string socket) => _socket = socket;

    /// <summary>Skips the test, and says why, where there is no tmux.</summary>
    /// <param name="socket">A path of the test's own.</param>
    public static async Task<TmuxScreen> OpenAsync(
        string socket, int columns, int rows, IReadOnlyDictionary<string, string> environment,
        IReadOnlyList<string> command)
    {
        Assert.SkipUnless(NetworkLab.IsInPath("tmux"), "a real terminal needs tmux (apt install tmux)");
        var screen = new TmuxScreen(socket);
        await screen.DoAsync(
        [
            "-f", "/dev/null", "new-session", "-d", "-x", $"{columns}", "-y", $"{rows}",
            .. environment.SelectMany(pair => new[] { "-e", $"{pair.Key}={pair.Value}" }),
            "env", "-u", "FERRY_HOME", .. environment.Select(pair => $"{pair.Key}={pair.Value}"), .. command,
        ]);
        // The last screen stays to be read when the program has ended.
        await screen.DoAsync(["set-option", "-g", "remain-on-exit", "on"]);
        return screen;
    }

    public Task TypeAsync(string text) => DoAsync(["send-keys", "-l", text]);

    /// <param name="keys">As tmux calls them: <c>Enter</c>, <c>C-c</c>, <c>Up</c>.</param>
    public Task PressAsync(params string[] keys) => DoAsync(["send-keys", .. keys]);

    public Task ResizeAsync(int columns, int rows) =>
        DoAsync(["resize-window", "-x", $"{columns}", "-y", $"{rows}"]);

    /// <summary>Rows without blanks at their ends, without the empty ones below.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync()
    {
        var shown = await DoAsync(["capture-pane", "-p"]);
        return [.. shown.TrimEnd().Split('\n').Select(row => row.TrimEnd())];
    }

    /// <summary>What the program writes from now on goes into a file, too, as it is.</summary>
    public Task RecordAsync(string path) => DoAsync(["pipe-pane", $"cat > '{path}'"]);

    /// <summary>With the escapes of colours and the like.</summary>
    public Task<string> ColouredAsync() => DoAsync(["capture-pane", "-p", "-e", "-S", "-"]);

    /// <summary>Until the screen is as it should be; fails with what it shows.</summary>
    public Task<string> ShowsAsync(string what, Func<IReadOnlyList<string>, bool> isSo) => Eventually.GetAsync(
        what, async () => string.Join('\n', await RowsAsync()), shown => isSo(shown.Split('\n')));

    /// <summary>Until the last row is this.</summary>
    public Task EndsInAsync(string row) => ShowsAsync($"'{row}' in the last row", rows => rows[^1] == row);

    public Task HasAsync(string text) => ShowsAsync(
        $"'{text}' on the screen", rows => rows.Any(row => row.Contains(text, StringComparison.Ordinal)));

    /// <summary>Until the program in it has ended.</summary>
    public Task EndedAsync() => Eventually.GetAsync(
        "the program to end", () => DoAsync(["display-message", "-p", "#{pane_dead}"]), told => told.Trim() == "1");

    public async ValueTask DisposeAsync() => await DoAsync(["kill-server"]);

    private async Task<string> DoAsync(IReadOnlyList<string> words)
    {
        var start = new ProcessStartInfo("tmux", ["-u", "-S", _socket, .. words])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var tmux = Process.Start(start) ?? throw new InvalidOperationException("tmux did not start");
        var told = tmux.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = await tmux.StandardError.ReadToEndAsync(CancellationToken.None);
        await tmux.WaitForExitAsync(CancellationToken.None);
        if (tmux.ExitCode != 0) throw new InvalidOperationException($"tmux {string.Join(' ', words)}: {errors}");
        return await told;
    }
}
