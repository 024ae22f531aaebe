namespace ActorEtcd.Host.Cli.Bench;

/// <summary>All connections of a run.</summary>
internal static class BenchConnections
{
    public static async Task<BenchConnection[]> OpenAsync(BenchOptions options)
    {
        int count = Math.Min(options.Connections, options.Clients);
        var connections = new BenchConnection[count];
        for (int i = 0; i < count; i++)
        {
            connections[i] = await BenchConnection.OpenAsync(options.Endpoints, i);
        }

        return connections;
    }

    public static async Task CloseAsync(IEnumerable<BenchConnection> connections)
    {
        foreach (BenchConnection connection in connections)
        {
            await connection.DisposeAsync();
        }
    }
}
