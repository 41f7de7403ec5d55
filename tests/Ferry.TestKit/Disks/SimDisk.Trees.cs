using System.Text;
using Ferry.Storage.Disk;

namespace Ferry.TestKit.Disks;

/// <content>What concerns a folder as a whole, and links.</content>
internal sealed partial class SimDisk
{
    public void CreateLink(string path, string target)
    {
        Begin(DiskOperation.CreateLink, path);
        lock (Gate)
        {
            if (_names.Seen.ContainsKey(path) || _folders.Contains(path)) throw Exists(path);
            CheckWritable(path);
            CheckFolderOf(path);
            _names.Link(path, new SimFile(++_inodes) { ModifiedTicks = NextTick(), LinkTarget = target });
        }
    }

    public void DeleteFolder(string path)
    {
        Begin(DiskOperation.DeleteFolder, path);
        lock (Gate)
        {
            CheckWritable(path);
            if (_folders.Contains(path)) _folders.Delete(path, _names);
        }
    }

    public void FlushTree(string folder)
    {
        Begin(DiskOperation.FlushTree, folder);
        lock (Gate)
        {
            if (!_folders.Contains(folder)) throw NotFound(folder);
            if (Fails(Faults.FlushFailsOneIn)) throw IoError(folder);
            foreach (var name in _names.Seen.Where(name => SimNames.IsWithin(name.Key, folder))) name.Value.Flush();
            foreach (var within in _folders.Within(folder).ToArray())
            {
                _names.FlushFolder(within);
                _folders.Flush(within);
            }
        }
    }

    /// <summary>A question that changes nothing, and counts for no operation.</summary>
    public DiskSpace? SpaceOf(string folder)
    {
        var all = Faults.CapacityBytes;
        lock (Gate) return all < long.MaxValue && _folders.Contains(folder) ? new(all, all - UsedBytes) : null;
    }

    /// <summary>Paths of all folders below one, in order.</summary>
    public IEnumerable<string> FoldersWithin(string folder) =>
        _folders.Within(folder).Where(path => path != folder).Order(StringComparer.Ordinal);

    /// <summary>What a link leads to; null when it is none.</summary>
    public string? TargetOf(string path) => _names.Seen[path].LinkTarget;

    private void MoveFolder(string from, string to)
    {
        CheckWritable(to);
        if (Encoding.UTF8.GetByteCount(to[(to.LastIndexOf('/') + 1)..]) > NameBytesMax) throw BadPath(to);
        if (!_folders.Contains(SimNames.FolderOf(to))) throw NotFound(to);
        _folders.Move(from, to, _names);
        Appeared?.Invoke(to);
    }
}
