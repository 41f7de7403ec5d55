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
        screen.Note($"Ferry {status.Version}: node {status.Nickname}, id {ShortId.Of(status.Node)}");
        var addresses = status.Addresses;
        foreach (var address in addresses.Take(AddressesMax)) screen.Note($"  listens on   {address}");
        foreach (var warning in status.Warnings) screen.Note($"  warning      {warning}");
        screen.Note($"  home         {status.Home}");
        screen.Note($"  downloads    {status.Downloads}");
        foreach (var share in status.Shares) screen.Note($"  shares       {ShareCommand.Text(share)}");
        if (status.Shares.Count == 0)
        {
            screen.Note($"  shares       nothing yet ('{context.Typed("share PATH")}' offers a file or folder)");
        }
        screen.Note($"  network      {status.Network.Name()}");
        foreach (var address in status.Joined) screen.Note($"  joins        {address}");
        if (status.TransfersUnfinished > 0)
        {
            screen.Note($"  unfinished   {Units.Count(status.TransfersUnfinished, "transfer goes", "transfers go")} " +
                "on from where it stopped");
        }
        screen.Note("");
        if (HowToJoin(addresses) is { } how) screen.Note(how);
        if (opensShell)
        {
            screen.Note("Type 'request NAME' to fetch a file, 'help' for all commands, 'exit' to stop the node.");
        }
        else screen.Note($"Running until SIGTERM or Ctrl-C. '{context.Typed("status")}' shows how it is doing.");
    }

    /// <summary>Null when there is no way; a warning has said why.</summary>
    internal static string? HowToJoin(IReadOnlyList<string> addresses)
    {
        if (addresses.FirstOrDefault(address => !IsLoopback(address)) is not { } best)
        {
            return addresses is [var own, ..]
                ? $"Only this machine can join this node, with:  join {ForJoin(own)}" : null;
        }
        var card = best.Contains('%') ? best[(best.IndexOf('%') + 1)..].Split(']')[0] : null;
        var scope = card is null ? "" : $"  (with the other machine's own name for its network interface, not {card})";
        return $"Others join this node with:  join {ForJoin(best)}{scope}";
    }

    private static bool IsLoopback(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.IsLoopback;

    private static string ForJoin(string address)
    {
        var bare = address.StartsWith("tcp://", StringComparison.Ordinal) ? address["tcp://".Length..] : address;
        var port = $":{NodeOptions.DefaultPort}";
        return bare.EndsWith(port, StringComparison.Ordinal) ? bare[..^port.Length] : bare;
    }
}
