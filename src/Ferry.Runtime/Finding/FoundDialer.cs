using Ferry.Protocol.Finding;
using Ferry.Runtime.Home;
using Ferry.Runtime.Links;
using Ferry.Transports;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Finding;

/// <summary>Links to a node that was found, at the first of its places that answers.</summary>
internal sealed class FoundDialer(LinkFactory factory, NetworkKeys keys, ILogger log)
{
    /// <summary>True when it is linked.</summary>
    public async Task<bool> DialAsync(FoundDial dial, CancellationToken cancel)
    {
        foreach (var place in dial.Places)
        {
            var address = new NodeAddress.Tcp(place.Host, place.Port).ToString();
            var made = await DialAsync(dial, address, cancel);
            if (made.Succeeded)
            {
                FindingLog.Linked(log, made.Value.Node.Short, address);
                return true;
            }
            FindingLog.NotLinked(log, address, made.Failure.Text);
            // The node itself has said no: it would say the same elsewhere, and count one more wrong passphrase.
            if (made.Failure is { Peer: not null, Kind: not LinkFailureKind.OtherNode }) return false;
        }

        return false;
    }

    private Task<Outcome<DialedPeer>> DialAsync(FoundDial dial, string address, CancellationToken cancel)
    {
        if (dial is not FoundDial.Member { Node: var (node, tag) }) return factory.DialStrangerAsync(address, cancel);
        return keys.Find(tag) is { } key
            ? factory.DialMemberAsync(address, node, key, cancel)
            : factory.DialNodeAsync(address, node, cancel);
    }
}
