using System.Runtime.InteropServices;
using Ferry.App.Commands;
using Ferry.App.Output;

namespace Ferry.App.Shell;

/// <summary>
/// The line that is typed in a shell, with editing, history and completion, drawn in the block at the bottom of the
/// terminal. It reads only while somebody wants a line: what is typed before stays in the terminal until then.
/// </summary>
internal sealed class ShellInput : ILineReader, IDisposable
{
    private readonly Keyboard _keyboard;
    private readonly Screen _screen;
    private readonly LiveBlock _live;
    private readonly ShellHistory _history;
    private readonly Completions _completions;
    private readonly TerminalJob? _job;
    private readonly KeyDecoder _decoder = new();
    private readonly Queue<Key> _keys = new();
    private readonly PosixSignalRegistration? _resized;

    /// <summary>Held whenever the line changes: Ctrl-C and the prompt come from other threads.</summary>
    private readonly Lock _gate = new();
    private LineEditor _editor = new([]);
    private LineState _line = LineState.Empty;
    private string _prompt = "";
    private bool _isReading;
    private bool _isCommand;

    public ShellInput(
        Keyboard keyboard, Screen screen, LiveBlock live, ShellHistory history, Completions completions,
        TerminalJob? job)
    {
        (_keyboard, _screen, _live, _history, _completions, _job) =
            (keyboard, screen, live, history, completions, job);
        Keep(history.Load, "read");
        if (job is not null) job.WhenContinued = OnContinued;
        if (!OperatingSystem.IsWindows())
            _resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => live.Redraw());
        OnContinued();
    }

    public bool MayRead => _job is null or { MayRead: true };

    /// <summary>A command, with history and completion.</summary>
    public Task<string?> ReadCommandAsync(CancellationToken cancel) =>
        ReadAsync(CommandPrompt, isCommand: true, cancel);

    /// <summary>What a running command asks for.</summary>
    public Task<string?> ReadAsync(string prompt, CancellationToken cancel) =>
        ReadAsync(prompt, isCommand: false, cancel);

    /// <summary>Shown in front of commands.</summary>
    public string CommandPrompt
    {
        get;
        set
        {
            lock (_gate)
            {
                if (field == value) return;
                field = value;
                if (!_isReading || !_isCommand) return;
                _prompt = value;
                Show();
            }
        }
    } = "";

    /// <summary>Gives up the line. False when there was nothing in it.</summary>
    public bool Interrupt()
    {
        lock (_gate)
        {
            if (!_isReading || _line is { Text.Length: 0, Sought: null }) return false;
            _live.EndInput("^C");
            _line = LineState.Empty;
            Show();
            return true;
        }
    }

    public void Dispose()
    {
        _resized?.Dispose();
        if (_job is not null) _job.WhenContinued = null;
        if (!MayRead) return;
        _live.SetBracketedPaste(false);
        _keyboard.GiveBack();
    }

    private async Task<string?> ReadAsync(string prompt, bool isCommand, CancellationToken cancel)
    {
        lock (_gate)
        {
            (_isReading, _isCommand, _prompt, _line) = (true, isCommand, prompt, LineState.Empty);
            _editor = new LineEditor(isCommand ? _history.Lines : []);
            Show();
        }
        try
        {
            while (true)
            {
                await WaitForTerminalAsync(cancel);
                while (_keys.TryDequeue(out var key))
                {
                    if (await PressAsync(key, cancel) is { } end) return end.Line;
                }
                lock (_gate) Show();
                if (!await TakeKeysAsync(cancel)) return null;
            }
        }
        finally
        {
            lock (_gate)
            {
                _isReading = false;
                _live.EndInput("");
            }
        }
    }

    /// <summary>False at the end of input.</summary>
    private async Task<bool> TakeKeysAsync(CancellationToken cancel)
    {
        try
        {
            var bytes = await _keyboard.ReadAsync(cancel);
            foreach (var key in _decoder.Decode(bytes.Span)) _keys.Enqueue(key);
            return bytes.Length > 0;
        }
        catch (IOException) when (!MayRead)
        {
            return true;
        }
    }

    private async Task WaitForTerminalAsync(CancellationToken cancel)
    {
        if (_job is null || MayRead) return;
        _live.Hide();
        await _job.WaitToReadAsync(cancel);
        OnContinued();
    }

    /// <summary>Also at the beginning.</summary>
    private void OnContinued()
    {
        if (!MayRead)
        {
            _live.Hide();
            return;
        }
        _keyboard.Take();
        _live.SetBracketedPaste(true);
        _live.Reappear();
    }

    /// <summary>Null while the line is being typed.</summary>
    private async Task<Ended?> PressAsync(Key key, CancellationToken cancel)
    {
        LineState before;
        LineOutcome outcome;
        lock (_gate)
        {
            before = _line;
            (_line, outcome) = _editor.Press(before, key);
            if (outcome == LineOutcome.Entered)
            {
                Show();
                if (_isCommand) Keep(() => _history.Add(before.Text), "kept");
                return new Ended(before.Text);
            }
        }
        if (outcome == LineOutcome.EndOfInput) return new Ended(null);
        if (outcome == LineOutcome.ClearScreen) _live.ClearScreen();
        if (outcome == LineOutcome.Complete && _isCommand) await CompleteAsync(before, cancel);
        return null;
    }

    private async Task CompleteAsync(LineState line, CancellationToken cancel)
    {
        var (words, from) = Words.Typed(line.Text[..line.Cursor]);
        // Out of habit people type what they would type outside.
        if (words is ["ferry", _, ..]) words = [.. words.Skip(1)];
        var candidates = await _completions.OfAsync(words, cancel);
        if (candidates.Count == 0) return;
        var completed = TabCompletion.Complete(line, from, candidates);
        lock (_gate)
        {
            // Ctrl-C has given it up meanwhile.
            if (!ReferenceEquals(_line, line)) return;
            _line = completed;
        }
        if (candidates.Count == 1 || completed.Text != line.Text) return;
        var size = _live.Size;
        foreach (var row in TabCompletion.List(candidates, size.Columns - 1, size.Rows / 2)) _screen.Line(row);
    }

    private void Show()
    {
        if (!_isReading) return;
        var prompt = _line.Sought is { } sought ? $"search '{sought}': " : _prompt;
        _live.ShowInput(prompt, _line.Text, _line.Cursor);
    }

    /// <summary>A shell without a history is still a shell.</summary>
    private void Keep(Action keep, string what)
    {
        try
        {
            keep();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _screen.Error($"the history of the shell cannot be {what} ({e.Message}): make room, or let this user " +
                "read and write its file");
        }
    }

    /// <param name="Line">Null at the end of input.</param>
    private sealed record Ended(string? Line);
}
