using SharpFuzz;

namespace Ferry.Fuzz;

/// <summary>Runs a target under AFL (see <c>tests/Ferry.Fuzz/run</c>), or on the files that it is given.</summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        if (arguments.Length == 0 || !Targets.All.TryGetValue(arguments[0], out var target))
        {
            Console.Error.WriteLine($"Ferry.Fuzz TARGET [FILE...], TARGET one of {string.Join(' ', Targets.All.Keys)}");
            return 2;
        }
        if (arguments.Length == 1)
        {
            Fuzzer.OutOfProcess.Run(stream =>
            {
                using var bytes = new MemoryStream();
                stream.CopyTo(bytes);
                target(bytes.ToArray());
            });
            return 0;
        }
        foreach (var file in arguments[1..]) target(File.ReadAllBytes(file));
        Console.WriteLine($"{arguments.Length - 1} files, and nothing threw");
        return 0;
    }
}
