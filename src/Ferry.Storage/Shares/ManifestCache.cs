using System.Diagnostics.CodeAnalysis;
using Ferry.Protocol.Content;

namespace Ferry.Storage.Shares;

/// <summary>
/// The manifests used last, at most <see cref="BytesMax"/> of leaves: reading one back checks its hash, and a peer may
/// ask for 8 MiB of leaves in many parts. It also holds what could not be written to the index. Safe for several
/// threads.
/// </summary>
internal sealed class ManifestCache
{
    internal const long BytesMax = 64L << 20;
    private const int EntryBytes = 200; // What an entry costs besides its leaves.

    private readonly Lock _gate = new();
    private readonly Dictionary<ContentId, LinkedListNode<Manifest>> _byContent = [];
    private readonly LinkedList<Manifest> _lastUsedFirst = [];
    private long _bytes;

    internal bool TryGet(ContentId content, [NotNullWhen(true)] out Manifest? manifest)
    {
        lock (_gate)
        {
            manifest = null;
            if (!_byContent.TryGetValue(content, out var node)) return false;
            manifest = node.Value;
            _lastUsedFirst.Remove(node);
            _lastUsedFirst.AddFirst(node);
            return true;
        }
    }

    internal void Add(Manifest manifest)
    {
        lock (_gate)
        {
            if (_byContent.ContainsKey(manifest.Id)) return;
            _byContent.Add(manifest.Id, _lastUsedFirst.AddFirst(manifest));
            _bytes += manifest.Leaves.Length + EntryBytes;
            while (_bytes > BytesMax && _lastUsedFirst.Last is { } oldest)
            {
                _lastUsedFirst.RemoveLast();
                _byContent.Remove(oldest.Value.Id);
                _bytes -= oldest.Value.Leaves.Length + EntryBytes;
            }
        }
    }
}
