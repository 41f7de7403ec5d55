using Ferry.Protocol.Wire;

namespace Ferry.Runtime;

/// <summary>How a node is set up. Checked once, in <see cref="FerryNode.StartAsync"/>.</summary>
public sealed record NodeOptions
{
    /// <summary>Where a node listens, and where others dial, unless a port is given.</summary>
    public const int DefaultPort = 4747;

    /// <summary>Holds the key, the log, the index and the control socket. One running node each.</summary>
    public required string Home { get; init; }

    /// <summary>For people. At most 64 bytes of UTF-8, no control characters.</summary>
    public string Nickname { get; init; } = MachineName();

    /// <summary>
    /// <c>tcp://HOST:PORT</c>, where port 0 takes a free one; <c>bluetooth://hci0</c>, perhaps with <c>/CHANNEL</c>.
    /// Empty: <c>tcp://[::]:4747</c>, which takes IPv4 too.
    /// </summary>
    public IReadOnlyList<string> Listen { get; init; } = [];

    /// <summary>Shared besides what the home remembers.</summary>
    public IReadOnlyList<string> Shares { get; init; } = [];

    /// <summary>Joined besides what the home remembers; retried for ever.</summary>
    public IReadOnlyList<string> Join { get; init; } = [];

    /// <summary>Where requested files go; null for <c>downloads</c> in the home.</summary>
    public string? Downloads { get; init; }

    /// <summary>
    /// What downloads leave free of a disk: one for which there is not that much more waits. Null for the larger of
    /// 1 GiB and a twentieth of the disk.
    /// </summary>
    public long? KeepFreeBytes { get; init; }

    /// <summary>Admit anybody who can reach this node. Without it unknown nodes wait for the user.</summary>
    public bool Open { get; init; }

    /// <summary>
    /// Holds the passphrase of the network, in one line: who proves it is admitted, others are not. Null: it has none.
    /// </summary>
    public string? PassphraseFile { get; init; }

    /// <summary>
    /// What these nodes send is taken without asking: nicknames, ids or fingerprints, or the beginnings of such, of
    /// nodes that are trusted; the whole id of any.
    /// </summary>
    public IReadOnlyList<string> AcceptFrom { get; init; } = [];

    /// <summary>
    /// Tell neighbours where else this node listens, and link to them over further transports by itself.
    /// </summary>
    public bool AutoLink { get; init; } = true;

    /// <summary>
    /// Be found by nodes on the same network segments, find them, and link to those of the own network by itself.
    /// Without it nothing is sent to all there, nothing that is asked of all is answered, and it finds nobody.
    /// </summary>
    public bool Discovery { get; init; } = true;

    /// <summary>Without an ACK for this long a holder asks how things stand. 1 s to 1 h.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Sets the limit on what is sent, all together; null leaves what the home remembers.</summary>
    public RateLimitOption? LimitUp { get; init; }

    /// <summary>Sets the limit on what is asked for, all together; null leaves what the home remembers.</summary>
    public RateLimitOption? LimitDown { get; init; }

    /// <summary>More are refused, with a reason.</summary>
    public int LinksMax { get; init; } = 256;

    /// <summary>Machines are named by their owners, and some names are no nicknames.</summary>
    private static string MachineName()
    {
        var usable = Environment.MachineName.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.');
        var name = new string([.. usable.Take(WireLimits.NicknameBytesMax)]);
        return name.Length == 0 ? "ferry" : name;
    }
}
