using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class PeersCommand() : FerryCommand("peers", "List the neighbours and their links")
{
    private static readonly Column[] Columns =
    [
        new("Node"), new("Fingerprint"), new("State"), new("Transport"), new("Address", MayWrap: true), new("By"),
        new("Role"),
        new("Rate", IsNumber: true), new("RTT", IsNumber: true), new("Up for", IsNumber: true),
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("peers", "One line a link; of several, those in the role bulk carry data."),
        new("peers --json", "For scripts: one object a neighbour."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var peers = await context.Node.PeersAsync(cancel);
        foreach (var peer in peers) context.Screen.Json(peer, ControlJson.Default.PeerInfo);
        if (peers.Count == 0) context.Screen.Note($"No neighbours. '{context.Typed("join ADDRESS")}' makes some.");
        else context.Screen.Table(Columns, peers.SelectMany(Rows));
        if (peers.Any(peer => peer.State == PeerState.Waiting))
            context.Screen.Note($"Who is waiting asks to be let in: '{context.Typed("admit NODE")}', or nothing.");
        return ExitCode.Done;
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(PeerInfo peer)
    {
        var id = peer.Fingerprint;
        if (peer is { WaitsAt: { } address, WaitsSeconds: { } seconds })
        {
            var waited = Units.Time(seconds);
            return [[peer.Nickname, id, peer.State.Name(), "-", Bare(address), "-", "-", "-", "-", waited]];
        }
        if (peer.Links.Count == 0) return [[peer.Nickname, id, peer.State.Name(), "-", "-", "-", "-", "-", "-", "-"]];
        return peer.Links.Select(link => new[]
        {
            peer.Nickname, id, peer.State.Name(), link.Transport, Bare(link.Address), link.Dialed ? "us" : "them",
            link.Role.Name(), Units.Rate(link.Rate),
            link.RoundTripMs is { } milliseconds ? Units.Time(milliseconds / 1000) : "-", Units.Time(link.AgeSeconds),
        });
    }

    /// <summary>The transport has a column of its own.</summary>
    private static string Bare(string address) =>
        address.IndexOf("://", StringComparison.Ordinal) is >= 0 and var end ? address[(end + 3)..] : address;
}
