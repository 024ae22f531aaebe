using ActorEtcd.Messages;
using ActorEtcd.V2;
using Akka.Actor;

namespace ActorEtcd.Client;

/// <summary>The v2 store. Who may do what is for the host to check, since its users and roles are kept in the store itself.</summary>
public sealed partial class EtcdNode
{
    /// <summary>The v2 store as applied by this member.</summary>
    public V2Source V2 => replicated.V2;

    /// <summary>A change of the v2 store.</summary>
    public async ValueTask<V2Result> V2Async(V2Request request)
        => (V2Result)await SubmitAsync(request, requester: null).ConfigureAwait(false);

    /// <summary>Reads the v2 store of this member, with quorum when it holds all that was committed before the call.</summary>
    /// <param name="path">Clean.</param>
    /// <param name="isRecursive">The whole tree below it.</param>
    /// <param name="isQuorum">Everything that was committed before counts.</param>
    /// <param name="now">Unix nanoseconds, for times to live.</param>
    public async ValueTask<(V2Event? Event, V2Error? Error)> V2GetAsync(string path, bool isRecursive, bool isQuorum, long now)
    {
        if (isQuorum)
        {
            await LinearizeAsync().ConfigureAwait(false);
        }

        var (found, error) = V2.State.Get(path, isRecursive, now);
        V2.Counters.CountGet(isRecursive, isSuccess: error is null);
        return (found, error);
    }

    /// <summary>Begins a watch; the watcher hears of everything that concerns it.</summary>
    public void V2Watch(V2Watch watch) => actors.V2Watch.Tell(watch);

    /// <summary>The watcher is gone.</summary>
    public void V2Unwatch(IV2Watcher watcher) => actors.V2Watch.Tell(new V2Unwatch(watcher));
}
