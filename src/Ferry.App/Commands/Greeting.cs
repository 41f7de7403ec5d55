using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

/// <summary>What a node says when it has started: who it is, how others reach it, and what to type next.</summary>
internal static class Greeting
{
    private const int AddressesMax = 6;

    public static async Task ShowAsync(CommandContext context, bool opensShell, CancellationToken cancel)
    {
        var status = await context.Node.StatusAsync(cancel);
        var screen = context.Screen;
        screen.Json(status, ControlJson.Default.StatusInfo);
        screen.Note($"Ferry {status.Version}: node {status.Nickname}, id {Units.ShortId(status.Node)}");
        var addresses = status.Listening.SelectMany(Reachable).Distinct().ToList();
        foreach (var address in addresses.Take(AddressesMax)) screen.Note($"  listens on   {address}");
        screen.Note($"  home         {status.Home}");
        screen.Note($"  downloads    {status.Downloads}");
        foreach (var share in status.Shares) screen.Note($"  shares       {ShareCommand.Text(share)}");
        if (status.Shares.Count == 0)
        {
            screen.Note($"  shares       nothing yet ('{context.Typed("share PATH")}' offers a file or folder)");
        }
        screen.Note($"  network      {status.Network}");
        foreach (var address in status.Joined) screen.Note($"  joins        {address}");
        if (status.TransfersUnfinished > 0)
        {
            screen.Note($"  unfinished   {Units.Count(status.TransfersUnfinished, "transfer goes", "transfers go")} " +
                "on from where it stopped");
        }
        screen.Note("");
        if (addresses.Count > 0) screen.Note($"Others join this node with:  join {ForJoin(addresses[0])}");
        if (opensShell)
        {
            screen.Note("Type 'request NAME' to fetch a file, 'help' for all commands, 'exit' to stop the node.");
        }
        else screen.Note($"Running until SIGTERM or Ctrl-C. '{context.Typed("status")}' shows how it is doing.");
    }

    /// <summary>
    /// A wildcard says nothing to the one who has to type it: the addresses of this machine take its place.
    /// </summary>
    private static IEnumerable<string> Reachable(string listening)
    {
        if (!Uri.TryCreate(listening, UriKind.Absolute, out var uri) ||
            !IPAddress.TryParse(uri.IdnHost, out var address) ||
            !(address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
        {
            return [listening];
        }
        var own = OwnAddresses(address.AddressFamily).Select(ip => $"{uri.Scheme}://{Host(ip)}:{uri.Port}").ToList();
        return own.Count > 0 ? own : [listening];
    }

    private static IEnumerable<IPAddress> OwnAddresses(AddressFamily family)
    {
        List<IPAddress> all;
        try
        {
            all = NetworkInterface.GetAllNetworkInterfaces()
                .Where(card => card.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
                .SelectMany(card => card.GetIPProperties().UnicastAddresses)
                .Select(own => own.Address)
                .Where(own => !IPAddress.IsLoopback(own) && !own.IsIPv6LinkLocal)
                .ToList();
        }
        catch (NetworkInformationException)
        {
            // Some systems do not let an ordinary user look; the wildcard is shown then.
            return [];
        }
        // A socket on the IPv6 wildcard takes IPv4 too.
        return all.Where(own => own.AddressFamily == AddressFamily.InterNetwork)
            .Concat(family == AddressFamily.InterNetworkV6 ? all.Where(own => own.AddressFamily == family) : []);
    }

    private static string Host(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();

    private static string ForJoin(string address)
    {
        var bare = address.StartsWith("tcp://", StringComparison.Ordinal) ? address["tcp://".Length..] : address;
        var port = $":{NodeOptions.DefaultPort}";
        return bare.EndsWith(port, StringComparison.Ordinal) ? bare[..^port.Length] : bare;
    }
}
