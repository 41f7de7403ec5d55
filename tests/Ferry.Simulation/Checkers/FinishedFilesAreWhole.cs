using Ferry.Protocol;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;
using Ferry.TestKit.Disks;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// A finished file appears once, whole, or not at all: whatever becomes visible in the downloads folder under a name
/// that is not a partial file's is compared with the content when it appears, after each power cut, and at rest.
/// </summary>
internal sealed class FinishedFilesAreWhole(SimWorld world) : Checker
{
    private const string PartialSuffix = ".part";

    public static bool IsFinal(string path) =>
        path.StartsWith(SimNode.Downloads + "/", StringComparison.Ordinal) && !IsPartial(path);

    public override void Appeared(SimNode node, string path)
    {
        if (IsFinal(path)) node.Disk.Inspect(files => Check(node, path, files[path], "when it appears"));
    }

    public override void Died(SimNode node) => node.Disk.Inspect(files =>
    {
        foreach (var (path, file) in files) if (IsFinal(path)) Check(node, path, file, "after a power cut");
        return true;
    });

    public override void Told(SimNode node, Notice notice)
    {
        if (notice is not Notice.DownloadCompleted completed) return;
        var content = world.Contents[completed.Status.Content];
        if (!node.Disk.Inspect(files => files.TryGetValue(completed.Path, out var file)
            && file.Seen.SequenceEqual(content.Bytes)))
            throw new SimFailure($"finished files: {node.Name} says {completed.Path} is complete, and it is not");
    }

    public override void AtRest()
    {
        foreach (var node in world.Nodes.Where(node => !node.IsGone))
            node.Disk.Inspect(files => CheckAtRest(node, files));
    }

    private static bool IsPartial(string path) => path.EndsWith(PartialSuffix, StringComparison.Ordinal);

    private bool Check(SimNode node, string path, SimFile file, string when)
    {
        var known = world.Contents.Values.Any(content => file.Seen.SequenceEqual(content.Bytes));
        return known ? true : throw new SimFailure(
            $"finished files: {path} at {node.Name} is no whole content {when} ({file.Length} bytes)");
    }

    private static bool CheckAtRest(SimNode node, IReadOnlyDictionary<string, SimFile> files)
    {
        var partial = files.Keys.FirstOrDefault(IsPartial);
        // What a damaged log said of a partial file is lost: the user was told, and may look at the file.
        if (partial is not null && !node.WasTampered)
            throw new SimFailure($"finished files: {partial} is left at {node.Name}");
        foreach (var wish in node.User.Wishes)
        {
            var copies = files.Where(file => IsFinal(file.Key)
                && file.Value.Seen.SequenceEqual(wish.Content.Bytes)).ToArray();
            // A crash may come between a cancel and the word of what has become of it.
            var isOnce = wish.IsDone ? copies.Length == 1
                : wish.IsCancelled ? copies.Length == 0 : wish.IsLetGo && copies.Length <= 1;
            if (!isOnce)
                throw new SimFailure($"finished files: {wish.Content.Name} is {copies.Length} times at {node.Name}");
            if (wish is { IsDone: true, Path: not null } && copies[0].Key != wish.Path)
                throw new SimFailure(
                    $"finished files: {wish.Content.Name} lies at {copies[0].Key}, not {wish.Path}, at {node.Name}");
        }
        return true;
    }
}
