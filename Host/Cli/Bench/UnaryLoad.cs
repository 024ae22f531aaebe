using ActorEtcd.Host.GrpcClient;

namespace ActorEtcd.Host.Cli.Bench;

/// <summary>put, range and txn: every client sends its next request when the answer to the last has come.</summary>
internal static class UnaryLoad
{
    public static async Task<BenchResult> RunAsync(BenchOptions options)
    {
        BenchConnection[] connections = await BenchConnections.OpenAsync(options);
        var keys = new KeySource(options);
        var methods = new BenchMethods();
        var run = new LoadRun(options);
        BenchResult result = await run.CompleteAsync(Enumerable.Range(0, options.Clients).Select(client =>
        {
            RequestTemplate template = RequestTemplate.Of(options, methods);
            return ClientAsync(run, connections[client % connections.Length], template, keys);
        }));
        await BenchConnections.CloseAsync(connections);
        return result;
    }

    private static async Task ClientAsync(
        LoadRun run, BenchConnection connection, RequestTemplate template, KeySource keys)
    {
        while (run.TryTake(out long number))
        {
            long since = await run.DueAsync(number).ConfigureAwait(false);
            try
            {
                await connection.Channel.UnaryAsync(template.Method, template.Next(keys)).ConfigureAwait(false);
                run.Succeeded(number, since);
            }
            catch (GrpcCallException failure)
            {
                run.Failed(number, failure);
                if (!connection.Channel.IsOpen)
                {
                    await connection.ReopenAsync().ConfigureAwait(false);
                }
            }
        }
    }
}
