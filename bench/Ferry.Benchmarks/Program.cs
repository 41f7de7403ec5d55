using BenchmarkDotNet.Running;
using Ferry.Benchmarks.Log;

// dotnet run -c Release --project bench/Ferry.Benchmarks -- --filter '*Codec*'
// dotnet run -c Release --project bench/Ferry.Benchmarks -- log
if (args is ["log"]) await LogFigures.RunAsync();
else BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
