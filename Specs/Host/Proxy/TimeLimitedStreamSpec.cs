using System.Net;
using System.Net.Sockets;
using ActorEtcd.Host.Proxy;
using Xunit;

namespace ActorEtcd.Specs.Host.Proxy;

public sealed class TimeLimitedStreamSpec : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TcpClient _near = new();
    private readonly TcpClient _far;

    public TimeLimitedStreamSpec()
    {
        _listener.Start();
        _near.Connect((IPEndPoint)_listener.LocalEndpoint);
        _far = _listener.AcceptTcpClient();
    }

    [Fact]
    public async Task Read_that_gets_nothing_in_time_fails_and_one_that_may_wait_does_not()
    {
        await using var limited = new TimeLimitedStream(_near.GetStream(), Soon, TimeSpan.Zero);
        IOException failure = await Assert.ThrowsAsync<IOException>(async () => await limited.ReadAsync(new byte[1]).AsTask().WaitAsync(Within));
        Assert.Equal("nothing was read for 100 ms", failure.Message);
        await using var patient = new TimeLimitedStream(_far.GetStream(), TimeSpan.Zero, Soon);
        Task<int> read = patient.ReadAsync(new byte[1]).AsTask();
        Assert.False(read.IsCompleted);
        await limited.WriteAsync(new byte[1]);
        Assert.Equal(1, await read.WaitAsync(Within));
    }

    [Fact]
    public async Task Write_that_nobody_takes_in_time_fails()
    {
        await using var limited = new TimeLimitedStream(_near.GetStream(), TimeSpan.Zero, Soon);
        byte[] piece = new byte[1 << 20];
        IOException failure = await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (true)
            {
                await limited.WriteAsync(piece).AsTask().WaitAsync(Within);
            }
        });
        Assert.Equal("nothing was taken for 100 ms", failure.Message);
    }

    [Fact]
    public async Task Who_gives_up_is_told_so_and_not_that_time_ran_out()
    {
        await using var limited = new TimeLimitedStream(_near.GetStream(), Within, Within);
        using var cancellation = new CancellationTokenSource();
        Task<int> read = limited.ReadAsync(new byte[1], cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.WaitAsync(Within));
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
        _listener.Dispose();
    }
}
