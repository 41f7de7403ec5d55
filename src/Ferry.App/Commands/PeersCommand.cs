using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class PeersCommand() : FerryCommand("peers", "List the neighbours and their links")
{
    private static readonly Column[] Links =
    [
        new("Node"), new("State"), new("Network"), new("Transport"), new("Role"), new("Rate", IsNumber: true),
        new("RTT", IsNumber: true), new("Up for", IsNumber: true),
    ];

    /// <summary>A table of their own: all in one would leave no room for addresses in 80 columns.</summary>
    private static readonly Column[] Ends =
        [new("Node"), new("Fingerprint"), new("Address", MayWrap: true), new("By")];

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
        else Show(peers, context.Screen);
        if (peers.Any(peer => peer.State == PeerState.Waiting))
            context.Screen.Note($"Who is waiting asks to be let in: '{context.Typed("admit NODE")}', or nothing.");
        var status = context.Typed("status");
        foreach (var peer in peers.Where(peer => peer.SharedKey))
            context.Screen.Note($"Two machines have the key of {peer.Nickname}: '{status}' says where.");
        return ExitCode.Done;
    }

    private static void Show(IReadOnlyList<PeerInfo> peers, Screen screen)
    {
        screen.Table(Links, peers.SelectMany(LinksOf));
        var ends = peers.SelectMany(EndsOf).ToList();
        if (ends.Count > 0) screen.Table(Ends, ends);
    }

    private static IEnumerable<IReadOnlyList<string>> LinksOf(PeerInfo peer)
    {
        if (peer.Links.Count == 0)
        {
            var since = peer.WaitsSeconds is { } seconds ? Units.Time(seconds) : "-";
            return [[peer.Nickname, peer.State.Name(), "-", "-", "-", "-", "-", since]];
        }
        return peer.Links.Select(link => new[]
        {
            peer.Nickname, peer.State.Name(), peer.Role?.Name() ?? "-", link.Transport, link.Role.Name(),
            Units.Rate(link.Rate),
            link.RoundTripMs is { } milliseconds ? Units.Time(milliseconds / 1000) : "-", Units.Time(link.AgeSeconds),
        });
    }

    private static IEnumerable<IReadOnlyList<string>> EndsOf(PeerInfo peer)
    {
        if (peer.Node.Length == 0) return [];
        if (peer.Links.Count == 0) return [[peer.Nickname, peer.Fingerprint, Bare(peer.WaitsAt ?? "-"), "-"]];
        return peer.Links.Select(link => new[]
        {
            peer.Nickname, peer.Fingerprint, Bare(link.Address), link.Dialed ? "us" : "them",
        });
    }

    /// <summary>The transport has a column of its own.</summary>
    private static string Bare(string address) =>
        address.IndexOf("://", StringComparison.Ordinal) is >= 0 and var end ? address[(end + 3)..] : address;
}
