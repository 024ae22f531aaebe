using System.Diagnostics;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Conformance;

/// <summary>
/// One watcher on a stream of its own. What it sees is kept as lines that do not depend on how the server cuts events
/// into responses, except that a revision's events must come together.
/// </summary>
internal sealed class WatchRecorder : IAsyncDisposable
{
    private readonly DuplexCall<WatchRequest, WatchResponse> _call;
    private readonly List<string> _lines = [];
    private readonly Task _reading;
    private long _lastLineAt = Stopwatch.GetTimestamp();

    private WatchRecorder(DuplexCall<WatchRequest, WatchResponse> call)
    {
        _call = call;
        _reading = ReadAsync();
    }

    public string[] Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    private int Answers => Lines.Count(line => !line.StartsWith("event", StringComparison.Ordinal));

    /// <summary>How long nothing has arrived.</summary>
    public TimeSpan Quiet => Stopwatch.GetElapsedTime(Volatile.Read(ref _lastLineAt));

    public static async Task<WatchRecorder> OpenAsync(GrpcChannel channel, IEnumerable<WatchRequest> requests)
    {
        var recorder = new WatchRecorder(channel.Duplex(EtcdMethods.Watch));
        int expected = 0;
        foreach (WatchRequest request in requests)
        {
            expected++;
            await recorder._call.WriteAsync(request);
            await Poll.UntilAsync($"an answer to {request}", TimeSpan.FromSeconds(60), () =>
                Task.FromResult(recorder.Answers >= expected));
        }

        return recorder;
    }

    public async ValueTask DisposeAsync()
    {
        await _call.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (WatchResponse response in _call.ReadAllAsync())
            {
                lock (_lines)
                {
                    AddLines(response);
                }

                Volatile.Write(ref _lastLineAt, Stopwatch.GetTimestamp());
            }
        }
        catch (GrpcCallException failure) when (failure.Code == StatusCode.Canceled)
        {
            // The recorder was disposed.
        }
        catch (GrpcCallException failure)
        {
            lock (_lines)
            {
                _lines.Add("stream ended with " + failure.Message);
            }
        }
    }

    private void AddLines(WatchResponse response)
    {
        if (response.Created || response.Canceled || response.CompactRevision != 0)
        {
            string kind = (response.Created ? "created " : "") + (response.Canceled ? "canceled " : "");
            string why = $"compact {response.CompactRevision} reason {response.CancelReason}";
            _lines.Add($"{kind}id {response.WatchId} {why}");
        }

        foreach (Event change in response.Events)
        {
            _lines.Add($"event id {response.WatchId} {JsonFormatter.Default.Format(change)}");
        }
    }
}
