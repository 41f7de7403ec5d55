using System.Text.Json.Serialization;
using Ferry.Protocol.Values;
using Ferry.Runtime.Seals;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Home;

/// <summary>
/// The key of the network that this node belongs to, in <c>network.json</c> of the home, with the ones that it had
/// before: what is said under them is understood for as long as others may not have heard of the new one. Random, never
/// derived of a passphrase, which an outsider could try offline then. A key is on the disk before it is used.
/// </summary>
internal sealed partial class NetworkKeys
{
    public const int EarlierMax = 8;

    private readonly OwnerFile<NetworkFile> _file;
    private readonly Lock _gate = new();

    /// <summary>Replaced, never changed: the loop asks and does not wait for a write.</summary>
    private volatile IReadOnlyList<NetworkSecret> _own;

    /// <summary>Those of neighbours that take this node's now; not kept through a restart.</summary>
    private volatile IReadOnlyList<NetworkSecret> _heard = [];

    private NetworkKeys(OwnerFile<NetworkFile> file, IReadOnlyList<NetworkSecret> own) => (_file, _own) = (file, own);

    /// <summary>Null when this node belongs to no network.</summary>
    public NetworkSecret? Current => _own.Count == 0 ? null : _own[0];

    /// <summary>All keys that this node has: its current one, its earlier ones, and those of neighbours.</summary>
    public IReadOnlyList<NetworkSecret> All => [.. _own, .. _heard];

    /// <summary>By which members that have found this node prove that they are some.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> LinkSecrets => All.Select(key => (ReadOnlyMemory<byte>)key.LinkSecret);

    public static NetworkKeys Load(HomeFolder home, ILogger log)
    {
        var file = new OwnerFile<NetworkFile>(
            home.File("network.json"), NetworkFormat.Default.NetworkFile, "the network's key");
        var kept = file.Load(
            log, it => it.Keys.All(key => key is { Length: Bytes32.Length }),
            "link to a member again, which tells the key anew");
        return new NetworkKeys(file, [.. kept?.Keys.Take(1 + EarlierMax).Select(Secret) ?? []]);
    }

    /// <summary>The key with this tag; null when it is none of this node's.</summary>
    public NetworkSecret? Find(ulong tag)
    {
        foreach (var key in _own)
            if (key.Tag == tag) return key;
        foreach (var key in _heard)
            if (key.Tag == tag) return key;
        return null;
    }

    /// <summary>The key; this node makes one when it becomes the first member of a network.</summary>
    /// <exception cref="FerryException">It cannot be kept.</exception>
    public NetworkSecret Ensure()
    {
        lock (_gate) return Current ?? Take(NetworkSecret.New());
    }

    /// <summary>Another member has this key. True when it is this node's from now on.</summary>
    /// <exception cref="FerryException">It cannot be kept; until it can, it is only understood.</exception>
    public bool Hear(Bytes32 said)
    {
        lock (_gate)
        {
            var key = new NetworkSecret(said);
            if (Current is not { } current)
            {
                Take(key);
                return true;
            }
            if (_own.Any(own => own.Key == said)) return false;
            _heard = [key, .. _heard.Where(heard => heard.Key != said).Take(EarlierMax - 1)];
            if (!key.ComesBefore(current)) return false;
            Take(key);
            return true;
        }
    }

    private NetworkSecret Take(NetworkSecret key)
    {
        NetworkSecret[] own = [key, .. _own.Where(earlier => earlier.Key != key.Key).Take(EarlierMax)];
        _file.Replace(new NetworkFile([.. own.Select(each => each.Key.ToArray())]));
        _own = own;
        return key;
    }

    private static NetworkSecret Secret(byte[] key) => new(Bytes32.From(key));

    /// <param name="Keys">The current one first.</param>
    private sealed record NetworkFile(IReadOnlyList<byte[]> Keys);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(NetworkFile))]
    private sealed partial class NetworkFormat : JsonSerializerContext;
}
