using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Ferry.Protocol;
using Ferry.Protocol.Recording;
using Ferry.Protocol.Values;
using Ferry.Runtime;
using Ferry.Tests.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>What nodes outside a network get of its members: real nodes on loopback.</summary>
public sealed class NodeOutsideTests : IAsyncDisposable
{
    private readonly NodeStage _stage = new();

    [Fact]
    public async Task Stranger_behind_an_open_neighbour_gets_nothing_of_a_closed_member()
    {
        var relay = await _stage.StartAsync("relay");
        var stranger = await _stage.StartAsync("stranger");
        var member = await StartClosedAsync("member");
        await member.InviteAsync(new InviteOptions(1, 60), _stage.Limit);
        var file = await ShareAsync(member);
        await _stage.JoinAsync(stranger, relay);
        await _stage.JoinAsync(member, relay);

        foreach (var asking in (FerryNode[])[stranger, relay])
        {
            foreach (var what in (string[])[Path.GetFileName(file), await ContentOfAsync(member)])
            {
                var failed = Assert.IsType<RequestEvent.Failed>((await _stage.RequestAsync(asking, what))[^1]);
                Assert.Equal(FailureKind.NothingFound, failed.Kind);
            }
        }
        Assert.Empty(await member.TransfersAsync(_stage.Limit));
    }

    [Fact]
    public async Task Members_fetch_through_a_relay_outside_that_can_read_nothing_of_it()
    {
        var relay = await _stage.StartAsync("relay");
        var (one, two) = (await StartClosedAsync("one"), await StartClosedAsync("two"));
        var file = await ShareAsync(two);
        // They become members of one network, and part.
        await one.JoinAsync((await two.InviteAsync(new InviteOptions(1, 60), _stage.Limit)).Ticket, _stage.Limit);
        await one.LeaveAsync(_stage.Limit);
        await two.LeaveAsync(_stage.Limit);
        await _stage.JoinAsync(one, relay);
        await _stage.JoinAsync(two, relay);

        var fetched = Assert.IsType<RequestEvent.Completed>(
            (await _stage.RequestAsync(one, Path.GetFileName(file)))[^1]);

        NodeStage.AssertSameFile(file, fetched.Path);
        Assert.Equal(2, Assert.Single(fetched.Sources).Hops);
        await AssertReadNothingAsync(relay, file, fetched.ContentId);
    }

    [Fact]
    public async Task Closed_member_asks_outside_when_its_user_says_so()
    {
        var open = await _stage.StartAsync("open");
        var member = await StartClosedAsync("member");
        await member.InviteAsync(new InviteOptions(1, 60), _stage.Limit);
        var file = await ShareAsync(open);
        await _stage.JoinAsync(member, open);
        var options = new RequestOptions(Path.GetFileName(file), null, First: false);

        var failed = Assert.IsType<RequestEvent.Failed>((await _stage.RequestAsync(member, options))[^1]);
        Assert.Contains("1 node outside the network could not read", failed.Reason, StringComparison.Ordinal);

        var events = await _stage.RequestAsync(member, options with { IsPublic = true });
        NodeStage.AssertSameFile(file, Assert.IsType<RequestEvent.Completed>(events[^1]).Path);
    }

    [Fact]
    public async Task Node_without_network_serves_whom_it_joined_and_nobody_behind()
    {
        var neighbour = await _stage.StartAsync("neighbour");
        var stranger = await _stage.StartAsync("stranger");
        var closed = await StartClosedAsync("closed");
        var file = await ShareAsync(closed);
        await _stage.JoinAsync(closed, neighbour);
        await _stage.JoinAsync(stranger, neighbour);

        Assert.IsType<RequestEvent.Failed>((await _stage.RequestAsync(stranger, Path.GetFileName(file)))[^1]);
        Assert.IsType<RequestEvent.Completed>((await _stage.RequestAsync(neighbour, Path.GetFileName(file)))[^1]);
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    /// <summary>All that its core was given: what its links have decoded, and the bodies by their lengths.</summary>
    private async Task AssertReadNothingAsync(FerryNode relay, string file, string content)
    {
        var told = await relay.DiagnoseAsync(
            new DiagnoseOptions { Output = _stage.PathOf("relay.rec"), WithNames = true }, _stage.Limit);
        await using var packed = new GZipStream(File.OpenRead(told.Path), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        await packed.CopyToAsync(unpacked, _stage.Limit);
        var recording = FlightRecording.TryRead(unpacked.ToArray())!.Value.Recording;
        var seen = recording.Turns().Select(turn => turn?.Input).OfType<Input.Received>().ToList();
        var bytes = seen.SelectMany(input => input.Message.Encoded()).ToArray();
        Assert.Contains(seen, input => input.Body is { Length: > 60_000 });

        Assert.True(Bytes32.TryParse(content, out var id));
        byte[][] secrets =
        [
            Encoding.UTF8.GetBytes(Path.GetFileName(file)), id.ToArray(),
            .. (await File.ReadAllBytesAsync(file, _stage.Limit)).Chunk(65_536)
                .Select(SHA256.HashData),
        ];
        foreach (var secret in secrets) Assert.Equal(-1, bytes.AsSpan().IndexOf(secret));
    }

    private Task<FerryNode> StartClosedAsync(string name) =>
        _stage.StartAsync(_stage.OptionsOf(name) with { Open = false });

    private async Task<string> ShareAsync(FerryNode node)
    {
        var file = _stage.MakeFile("share", "secret plan.bin", 700_000);
        await _stage.ShareAsync(node, file);
        return file;
    }

    private async Task<string> ContentOfAsync(FerryNode node) =>
        (await node.FilesAsync(_stage.Limit).ToListAsync(_stage.Limit))[0].ContentId!;
}
