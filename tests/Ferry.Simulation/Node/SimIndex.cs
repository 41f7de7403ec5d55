using Ferry.Simulation.World;
using Ferry.Storage.Disk;
using Ferry.Storage.Shares;
using Ferry.TestKit.Disks;

namespace Ferry.Simulation.Node;

/// <summary>
/// Keeps the catalog true to the files, as the program's index does. Both outlive crashes, as an index that can be
/// rebuilt from the files does; what a crash took from the disk is no longer offered.
/// </summary>
internal sealed class SimIndex
{
    /// <summary>The index looks again at a file that was not what it had been.</summary>
    private static readonly TimeSpan RehashAfter = TimeSpan.FromSeconds(5);

    private readonly SimWorld _world;
    private readonly SimDisk _disk;

    public SimIndex(SimWorld world, SimDisk disk)
    {
        (_world, _disk) = (world, disk);
        Catalog.TakenOut = source => world.After(RehashAfter, () => Rehash(source));
    }

    public DictionaryCatalog Catalog { get; } = new();

    /// <summary>Puts a content into the shares, durably, as if it had lain there for long.</summary>
    public void Share(SimContent content)
    {
        var path = $"{SimNode.Shares}/{content.Name}";
        using (var file = _disk.Open(path, DiskOpen.CreateNew))
        {
            file.Write(content.Bytes, 0);
            file.Flush();
        }
        _disk.FlushDirectory(SimNode.Shares);
        Offer(content, path);
    }

    /// <summary>The content lies there now.</summary>
    public void Offer(SimContent content, string path) => _disk.Inspect(_ =>
    {
        Catalog.Add(new SharedSource(content.Manifest, content.Name, path, _disk.Stamp(path)!.Value));
        return true;
    });

    /// <summary>After a crash the index is compared with the files.</summary>
    public void Rescan()
    {
        var gone = _disk.Inspect(_ => Catalog.Sources.Values
            .Where(source => _disk.Stamp(source.Path) != source.Stamp)
            .Select(source => source.Manifest.Id).ToArray());
        foreach (var content in gone) Catalog.Remove(content);
    }

    private void Rehash(SharedSource source)
    {
        var content = _world.Contents[source.Manifest.Id];
        var isWhole = _disk.Inspect(files =>
            files.TryGetValue(source.Path, out var file) && file.Seen.SequenceEqual(content.Bytes));
        if (isWhole) Offer(content, source.Path);
    }
}
