using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy.Leasing;

/// <summary>An attempt to own a key; there is one at a time of each.</summary>
internal sealed class Acquisition(ByteString key, long lease)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ByteString Key => key;

    /// <summary>The session that the leasing key belongs to.</summary>
    public long Lease => lease;

    /// <summary>The newest revision at which the leasing key was asked back or removed meanwhile, as the watch told.</summary>
    public long DisputedAt { get; set; }

    public Task Done => _done.Task;

    public void End() => _done.TrySetResult();
}
