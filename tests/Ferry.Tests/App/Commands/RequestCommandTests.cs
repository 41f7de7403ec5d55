using Ferry.App.Commands;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class RequestCommandTests
{
    private static readonly RequestEvent.Ambiguous TwoSongs =
        new([Samples.Hit("song.flac", new string('1', 64)), Samples.Hit("song.flac", new string('2', 64))]);

    private static readonly RequestEvent.Failed NearSong =
        new(FailureKind.NothingFound, "nobody has sonk.flac") { Choices = [Samples.Hit("song.flac", new('3', 64))] };

    [Fact]
    public async Task Path_is_sent_whole_because_the_node_runs_elsewhere()
    {
        using var terminal = new Terminal();
        terminal.Node.Requests.Add([Samples.Completed]);

        await terminal.RunAsync("request", "song", "--output", "in", "--first");

        Assert.Equal([$"request song {Path.GetFullPath("in")} True"], terminal.Node.Asked);
    }

    [Fact]
    public async Task What_is_skipped_is_said_and_is_no_failure()
    {
        using var terminal = new Terminal();
        terminal.Node.Requests.Add([new RequestEvent.Skipped("/data/song.flac")]);

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("request", "song", "--on-conflict", "skip"));

        Assert.Equal(["/data/song.flac stays as it is; nothing was fetched."], terminal.Lines);
        Assert.Equal(ExitCode.Usage, await terminal.RunAsync("request", "song", "--on-conflict", "delete"));
    }

    [Fact]
    public async Task Finished_file_is_shown_with_its_sources()
    {
        using var terminal = new Terminal();
        terminal.Node.Requests.Add([Samples.Started, Samples.Completed]);

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("request", "song.flac"));

        Assert.Equal(
        [
            "/data/boat/.ferry/downloads/song.flac",
            "  2.0 KB in 500 ms, 4.0 KB/s; nothing came twice",
            "    2.0 KB from aaaaaaaaaaaa, 3 hops, tcp",
        ], terminal.Lines);
    }

    [Theory]
    [InlineData("music/song.flac", null, false)]
    [InlineData("music/song: live.flac", null, true)]
    [InlineData("music/song: live.flac", "/nowhere/mine.flac", false)]
    public async Task Name_that_had_to_change_is_told(string offered, string? output, bool isTold)
    {
        using var terminal = new Terminal();
        terminal.Node.Requests.Add([new RequestEvent.Started(offered, 2_000, Samples.ContentId), Samples.Completed]);

        await terminal.RunAsync(output is null ? ["request", "song"] : ["request", "song", "--output", output]);

        Assert.Equal(isTold, terminal.Output.Contains("offered as song: live.flac", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Quiet_prints_the_path_alone()
    {
        using var terminal = new Terminal();
        terminal.Node.Requests.Add([Samples.Started, Progress(500), Samples.Completed]);

        await terminal.RunAsync("request", "song.flac", "--quiet");

        Assert.Equal("/data/boat/.ferry/downloads/song.flac\n", terminal.Output);
    }

    [Fact]
    public async Task On_a_pipe_progress_is_a_line_for_each_tenth()
    {
        using var terminal = new Terminal();
        terminal.Node.Requests.Add([.. Enumerable.Range(0, 100).Select(i => Progress(i * 20)), Samples.Completed]);

        await terminal.RunAsync("request", "song.flac");

        Assert.Equal(10, terminal.Lines.Count(line => line.Contains("% of 2.0 KB", StringComparison.Ordinal)));
        Assert.DoesNotContain('\e', terminal.Output);
    }

    [Fact]
    public async Task On_a_terminal_progress_is_drawn_and_gone_at_the_end()
    {
        using var terminal = new Terminal { IsTerminal = true };
        terminal.Node.Requests.Add(
            [new RequestEvent.Started(Samples.HostileName, 2_000, Samples.ContentId), Progress(500), Progress(900),
                Samples.Completed]);

        await terminal.RunAsync("request", "song.flac");

        Assert.Contains("45 % of 2.0 KB", terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[31m", terminal.Output, StringComparison.Ordinal);
        using var screen = new TerminalEmulator(100, 24);
        screen.Write(terminal.Output);
        Assert.DoesNotContain(screen.Screen, line => line.Contains('%'));
        Assert.Equal("/data/boat/.ferry/downloads/song.flac", screen.Screen[0]);
    }

    [Fact]
    public async Task Detached_request_ends_when_the_download_has_started()
    {
        using var terminal = new Terminal();
        terminal.Node.Requests.Add([Samples.Started]);
        terminal.Node.KeepsStreaming = true;

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("request", "song.flac", "--detach"));
        Assert.Contains($"transfer {ShortId.Of(Samples.ContentId)}", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupted_request_says_that_the_node_goes_on()
    {
        using var terminal = new Terminal();
        terminal.Node.Requests.Add([Samples.Started]);
        terminal.Node.KeepsStreaming = true;

        var running = terminal.RunAsync("request", "song.flac");
        Assert.True(terminal.Interrupts.OnInterrupt());

        Assert.Equal(ExitCode.Interrupted, await running);
        Assert.Equal(
            "ferry: the download of song.flac goes on in the node: 'ferry transfers' shows it, " +
            $"'ferry cancel {ShortId.Of(Samples.ContentId)}' stops it for good\n", terminal.Error);
    }

    [Fact]
    public async Task On_a_pipe_two_files_of_one_name_are_listed()
    {
        using var terminal = new Terminal();
        terminal.Node.Requests.Add([TwoSongs]);

        Assert.Equal(ExitCode.Failed, await terminal.RunAsync("request", "song.flac"));
        Assert.Equal(2, terminal.Lines.Count(line => line.Contains("song.flac  ", StringComparison.Ordinal)));
        Assert.Contains("--first", terminal.Error, StringComparison.Ordinal);
        Assert.Single(terminal.Node.Asked);
    }

    [Fact]
    public async Task On_a_terminal_the_user_picks_one()
    {
        using var terminal = new Terminal { IsTerminal = true, Input = new StringReader("7\nfirst\n2\n") };
        terminal.Node.Requests.Add([TwoSongs]);
        terminal.Node.Requests.Add([Samples.Completed]);

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("request", "song.flac"));
        Assert.Equal($"request {new string('2', 64)} - False", terminal.Node.Asked[1]);
    }

    [Fact]
    public async Task Request_that_waits_says_for_what()
    {
        using var terminal = new Terminal();
        var waiting = new RequestEvent.Waiting("song.flac is being hashed here, 40 %");
        terminal.Node.Requests.Add([waiting, Samples.Completed]);

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("request", "song.flac", "--wait"));
        Assert.Equal("Waiting: song.flac is being hashed here, 40 %", terminal.Lines[0]);
    }

    [Fact]
    public async Task On_a_pipe_names_that_are_only_near_are_listed_as_not_found()
    {
        using var terminal = new Terminal();
        terminal.Node.Requests.Add([NearSong]);

        Assert.Equal(ExitCode.NothingFound, await terminal.RunAsync("request", "sonk.flac"));
        Assert.Contains(terminal.Lines, line => line.Contains("song.flac  ", StringComparison.Ordinal));
        Assert.Equal("ferry: nobody has sonk.flac\n", terminal.Error);
        Assert.Single(terminal.Node.Asked);
    }

    [Fact]
    public async Task On_a_terminal_a_name_that_is_only_near_is_asked_for()
    {
        using var terminal = new Terminal { IsTerminal = true, Input = new StringReader("1\n") };
        terminal.Node.Requests.Add([NearSong]);
        terminal.Node.Requests.Add([Samples.Completed with { Match = HitMatch.Similar }]);

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("request", "sonk.flac"));
        Assert.Contains(new string('3', 64), terminal.Node.Asked[1], StringComparison.Ordinal);
        Assert.Contains("only like the name", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_nothing_near_is_taken_without_a_word()
    {
        using var terminal = new Terminal { IsTerminal = true, Input = new StringReader("\n") };
        terminal.Node.Requests.Add([NearSong]);

        Assert.Equal(ExitCode.NothingFound, await terminal.RunAsync("request", "sonk.flac"));
        Assert.Single(terminal.Node.Asked);
    }

    [Fact]
    public async Task File_that_is_there_already_is_done()
    {
        using var terminal = new Terminal();
        terminal.Node.Requests.Add([Samples.Completed with { AlreadyThere = true }]);

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("request", "song.flac"));
        Assert.Contains("nothing to fetch", terminal.Output, StringComparison.Ordinal);
    }

    private static RequestEvent.Progress Progress(long bytes) =>
        new(bytes, 2_000, 1_000, 1.5, TransferPhase.Running, [new SourceInfo(Samples.NodeId, 3, "tcp", bytes)]);
}
