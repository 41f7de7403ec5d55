using BenchmarkDotNet.Running;

// dotnet run -c Release --project bench/Ferry.Benchmarks -- --filter '*Codec*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
