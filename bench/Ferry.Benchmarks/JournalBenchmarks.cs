using BenchmarkDotNet.Attributes;
using Ferry.Protocol.Values;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;

namespace Ferry.Benchmarks;

/// <summary>
/// Durable records, each caller waiting for its own: group commit makes many callers share a flush. The disk is that of
/// the temporary folder, so name it beside the figures.
/// </summary>
[MemoryDiagnoser]
public class JournalBenchmarks
{
    private const int RecordsPerCaller = 64;
    private string _folder = "";
    private TransferLog? _log;

    [Params(1, 4, 16)]
    public int Callers { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _folder = Directory.CreateTempSubdirectory("ferry-bench-").FullName;
        _log = TransferLog.Open(new FileDisk(), _folder).Log;
    }

    [GlobalCleanup]
    public void Close()
    {
        _log!.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Time for each caller's 64 records; divide to get records a second.</summary>
    [Benchmark]
    public void Commit()
    {
        var threads = Enumerable.Range(0, Callers).Select(caller => new Thread(() => CommitMany(caller))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }

    private void CommitMany(int caller)
    {
        for (var record = 0; record < RecordsPerCaller; record++)
        {
            var transfer = new TransferId(((UInt128)(uint)caller << 64) | (uint)record);
            _log!.Commit(new JournalRecord.UploadOpened(
                transfer, Samples.Content, Samples.Node(caller), "a song.flac", 31_415_926, DateTimeOffset.UnixEpoch));
        }
    }
}
