using BenchmarkDotNet.Running;
using Ferry.Benchmarks.Core;
using Ferry.Benchmarks.Log;

// dotnet run -c Release --project bench/Ferry.Benchmarks -- --filter '*Codec*'
// dotnet run -c Release --project bench/Ferry.Benchmarks -- log
// dotnet run -c Release --project bench/Ferry.Benchmarks -- core
// dotnet run -c Release --project bench/Ferry.Benchmarks -- messages
if (args is ["log"]) await LogFigures.RunAsync();
else if (args is ["core"]) CoreFigures.Run();
else if (args is ["messages"]) MessageCosts.Run();
else BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
