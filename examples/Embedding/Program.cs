// Two nodes in one process: one shares a file, the other finds it by its name and fetches it.
using Ferry.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

var folder = Directory.CreateTempSubdirectory("ferry-example-").FullName;
using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
try
{
    var song = Path.Combine(folder, "song.flac");
    await File.WriteAllBytesAsync(song, new byte[3_000_000], patience.Token);

    await using var holder = await StartAsync("holder", shares: [song]);
    var status = await holder.StatusAsync(patience.Token);
    await using var requester = await StartAsync("requester", joins: [status.Addresses[0]]);

    await foreach (var told in requester.RequestAsync(
        new RequestOptions("song.flac", OutputPath: null, First: false) { Wait = true }, patience.Token))
    {
        switch (told)
        {
            case RequestEvent.Found found: Console.WriteLine($"found {found.Name}, {found.Size} bytes"); break;
            case RequestEvent.Completed completed: Console.WriteLine($"{completed.Bytes} bytes are there"); return 0;
            case RequestEvent.Failed failed: Console.Error.WriteLine(failed.Reason); return 1;
        }
    }
    return 1;
}
catch (FerryException e)
{
    // What a user can act on comes with the way out.
    Console.Error.WriteLine(e.Message);
    return 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}

Task<FerryNode> StartAsync(string name, IReadOnlyList<string>? shares = null, IReadOnlyList<string>? joins = null) =>
    FerryNode.StartAsync(
        new NodeOptions
        {
            Home = Path.Combine(folder, name),
            Nickname = name,
            Listen = ["tcp://127.0.0.1:0"],
            Open = true,
            Discovery = false,
            KeepFreeBytes = 0,
            Shares = shares ?? [],
            Join = joins ?? [],
        },
        TimeProvider.System, NullLoggerFactory.Instance, patience.Token);
