using System.IO.Compression;
using Ferry.Protocol;
using Ferry.Protocol.Recording;
using Ferry.Runtime;
using Ferry.TestKit;
using Ferry.Tests.Integration.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>What real nodes recorded, replayed by the simulation: the same effects, or the first that is not.</summary>
public sealed class NodeReplayTests
{
    private const int FileBytes = 12_000_000;
    private const int GateBytes = 3_000_000;
    private const string Secret = "my tax return.pdf";

    [Fact]
    public async Task Nodes_come_again_through_a_cut_link_and_a_restart()
    {
        await using var stage = new NodeStage();
        var holder = await stage.StartAsync("holder");
        var source = stage.MakeFile("files", Secret, FileBytes);
        await stage.ShareAsync(holder, source);
        var port = new Uri(await stage.AddressOf(holder)).Port;
        var requester = await stage.StartAsync("requester");

        // The first link is cut in the middle of the transfer, the second with the node.
        var first = new GatedWire(port, GateBytes);
        await requester.JoinAsync(first.Address, stage.Limit);
        var request = stage.RequestAsync(requester, Secret);
        await first.ReachedAsync();
        await first.DisposeAsync();
        await using var second = new GatedWire(port, GateBytes);
        await requester.JoinAsync(second.Address, stage.Limit);
        await second.ReachedAsync();
        var before = await requester.DiagnoseAsync(new DiagnoseOptions(), stage.Limit);
        await requester.DisposeAsync();
        await request;
        var again = await stage.StartAsync("requester");
        await stage.JoinAsync(again, holder);
        await stage.UntilAsync(async () => await again.FilesAsync(stage.Limit).AnyAsync(stage.Limit));
        var after = await again.DiagnoseAsync(new DiagnoseOptions { WithNames = true }, stage.Limit);
        var sent = await holder.DiagnoseAsync(
            new DiagnoseOptions { Output = stage.PathOf("holder.rec.gz") }, stage.Limit);

        var files = await again.FilesAsync(stage.Limit).ToListAsync(stage.Limit);
        NodeStage.AssertSameFile(source, Assert.Single(files).Path);
        foreach (var recording in (DiagnosisInfo[])[before, after, sent])
        {
            Assert.Equal(0, recording.Lost);
            var (code, text) = await ReplayAsync(recording.Path);
            Assert.True(code == 0, text);
            Assert.Contains($"{recording.Turns} turns came again, effect by effect", text, StringComparison.Ordinal);
        }
        Assert.Contains(Turns(before.Path), turn => turn.Input is Input.LinkDown);
        Assert.Single(Read(after.Path).Recovered!.Downloads);
        Assert.DoesNotContain(Secret, (await ReplayAsync(before.Path, "--text")).Text, StringComparison.Ordinal);
        Assert.Contains(Secret, (await ReplayAsync(after.Path, "--text")).Text, StringComparison.Ordinal);

        // One effect that is not there, far into the recording.
        var turns = Turns(before.Path);
        var altered = turns.FindLastIndex(turn => turn.Effects.Count > 0);
        turns[altered] = turns[altered] with { Effects = [.. turns[altered].Effects.Skip(1)] };
        var path = stage.PathOf("altered.rec.gz");
        Write(path, Read(before.Path), turns, FlightRecorder.BytesMax);
        var (different, told) = await ReplayAsync(path);
        Assert.Equal(1, different);
        Assert.Contains($"DIFFERENT: turn {altered + 1}, ", told, StringComparison.Ordinal);

        // The same turns in a ring that is too small for them.
        File.Delete(path);
        Write(path, Read(before.Path), turns, bytesMax: 10_000);
        var (partial, lost) = await ReplayAsync(path, "--text");
        Assert.Equal(2, partial);
        Assert.Contains("cannot be replayed", lost, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recording_does_not_foretell_what_comes_after_it()
    {
        await using var stage = new NodeStage();
        var node = await stage.StartAsync("node");
        var first = await node.DiagnoseAsync(new DiagnoseOptions(), stage.Limit);
        var second = await node.DiagnoseAsync(new DiagnoseOptions(), stage.Limit);

        var reseeded = Assert.Single(Turns(second.Path).Select(turn => turn.Input).OfType<Input.Reseed>());
        Assert.NotEqual(Read(first.Path).Options.Seed, reseeded.Seed);
        Assert.Equal(0, (await ReplayAsync(second.Path)).Code);
    }

    [Fact]
    public async Task A_fault_leaves_a_recording_that_says_where()
    {
        await using var stage = new NodeStage();
        var clock = new FaultyClock();
        var node = await stage.StartAsync(stage.OptionsOf("node"), clock);
        clock.FailOnce();
        await stage.UntilAsync(async () => await stage.WarningOf(node, "recorded in") is not null);

        var path = Assert.Single(Directory.GetFiles(Path.Combine(stage.PathOf("node"), "diagnostics")));
        Assert.Contains(path, await stage.WarningOf(node, "recorded in"), StringComparison.Ordinal);
        Assert.Contains(nameof(FaultyClock), (await ReplayAsync(path)).Text, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Text)> ReplayAsync(string path, params string[] options)
    {
        var reader = Path.Combine(
            AppContext.BaseDirectory.Replace("Ferry.Tests", "Ferry.Simulation", StringComparison.Ordinal),
            "Ferry.Simulation.dll");
        await using var replay = ChildProcess.Start(["dotnet", reader, "replay", path, .. options]);
        var code = await replay.ExitAsync();
        return (code, string.Join('\n', replay.Output) + replay.Errors);
    }

    private static List<Turn> Turns(string path) => [.. Read(path).Turns().Select(turn => turn!)];

    private static FlightRecording Read(string path)
    {
        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return FlightRecording.TryRead(bytes.ToArray())!.Value.Recording;
    }

    private static void Write(string path, FlightRecording like, IReadOnlyList<Turn> turns, int bytesMax)
    {
        var recorder = new FlightRecorder(like.Options, like.Recovered!, bytesMax);
        foreach (var turn in turns)
        {
            recorder.Begin(turn.At, turn.Input);
            foreach (var call in turn.Seals) recorder.Add(call);
            recorder.End(turn.Effects);
        }
        using var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        recorder.Snapshot().WriteTo(
            packed.Write, new RecordingNote("test", "test", DateTimeOffset.UnixEpoch, HasNames: true), key: null);
    }
}
