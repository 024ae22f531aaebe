using ActorEtcd.Host.Cli.Bench;
using ActorEtcd.Host.Cli.Ctl;
using ActorEtcd.Host.GrpcClient;

namespace ActorEtcd.Host.Cli;

/// <summary>actor-etcd bench: puts load on any etcd endpoint and reports throughput and latency.</summary>
public static class BenchCommand
{
    /// <summary>Runs with the arguments after "bench". Exit code 1 means bad flags or errors under load.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["-h"] or ["--help"])
        {
            Console.WriteLine(BenchOptions.Usage);
            return 0;
        }

        // Answers are handled on the thread that polls the sockets: the load shares the machine with the server.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        try
        {
            BenchOptions options = BenchOptions.Parse(args);
            if (options.Command == "ready")
            {
                TimeSpan waited = await ReadyWait.RunAsync(options);
                Console.WriteLine($"ready_ms: {waited.TotalMilliseconds:F0}");
                return 0;
            }

            options = await BenchConnections.AuthenticatedAsync(options);
            BenchResult result = options.Command switch
            {
                "watch" => await WatchLoad.RunAsync(options),
                "lease" => await LeaseLoad.RunAsync(options),
                _ => await UnaryLoad.RunAsync(options),
            };
            Console.WriteLine(result.Format(options.Json));
            return result.Errors == 0 ? 0 : 1;
        }
        catch (Exception failure) when (failure is FormatException or GrpcCallException or CtlException)
        {
            await Console.Error.WriteLineAsync("actor-etcd bench: " + failure.Message);
            return 1;
        }
    }
}
