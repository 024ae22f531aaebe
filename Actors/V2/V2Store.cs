using System.Collections.Immutable;
using System.Globalization;
using ActorEtcd.Messages;

namespace ActorEtcd.V2;

/// <summary>
/// The v2 store as the applier changes it (etcd: <c>v2store/store.go</c>, <c>etcdserver/apply_v2.go</c>). A function of
/// its requests alone: time comes with them.
/// </summary>
public sealed partial class V2Store(V2State state)
{
    /// <summary>Times before the year 2000 mean never; some clients send such.</summary>
    private const long ExpiresAtMin = 946_684_800L * 1_000_000_000;

    private static readonly (V2Event? Event, V2Error? Error) Nothing = (null, null);

    private readonly ImmutableArray<V2Notice>.Builder _notices = ImmutableArray.CreateBuilder<V2Notice>();
    private V2State _state = state;

    /// <summary>What was done so far; reads are counted into it too.</summary>
    public V2Counters Counters { get; } = new(state.Counts);

    public V2State State => _state;

    /// <summary>The state for a checkpoint.</summary>
    public V2State Capture() => _state with { Counts = Counters.Capture() };

    /// <summary>What watchers have to hear since the last call.</summary>
    public ImmutableArray<V2Notice> DrainNotices() => _notices.DrainToImmutable();

    /// <summary>Does what the request says.</summary>
    public (V2Event? Event, V2Error? Error) Apply(V2Request request)
    {
        switch (request.Method)
        {
            case V2Request.Post:
                return Create(request, isUnique: true);
            case V2Request.Put:
                return Put(request);
            case V2Request.Delete when request.PrevIndex > 0 || request.PrevValue.Length > 0:
                return CompareAndDelete(request);
            case V2Request.Delete:
                return Delete(request);
            case V2Request.QuorumGet:
                var found = _state.Get(request.Path, request.IsRecursive, request.Time);
                Counters.CountGet(request.IsRecursive, found.Error is null);
                return found;
            case V2Request.Sync:
                Expire(request.Time);
                return Nothing;
            default:
                return (null, new V2Error(V2ErrorCode.InvalidForm, "etcdserver: unknown method", _state.Index));
        }
    }

    private (V2Event? Event, V2Error? Error) Put(V2Request request)
    {
        var isComparing = request.PrevIndex > 0 || request.PrevValue.Length > 0;
        return request.PrevExist switch
        {
            false => Create(request, isUnique: false),
            true when !isComparing => Update(request),
            null when !isComparing => Set(request),
            _ => CompareAndSwap(request),
        };
    }

    private (V2Event? Event, V2Error? Error) Create(V2Request request, bool isUnique)
    {
        var path = isUnique
            ? V2Path.Join(request.Path, (_state.Index + 1).ToString("D20", CultureInfo.InvariantCulture))
            : request.Path;
        var (created, error) = Add(request, path, request.Value, V2Action.Create);
        Counters.Count(V2Action.Create, isSuccess: error is null);
        return created is null ? (null, error) : Announce(created, []);
    }

    private (V2Event? Event, V2Error? Error) Set(V2Request request)
    {
        var (before, refusal) = _state.Find(request.Path);
        var isRefresh = request.Refresh == true;
        if (refusal is not null && (isRefresh || refusal.Code != V2ErrorCode.KeyNotFound))
        {
            return Refused(V2Action.Set, refusal);
        }

        var (set, error) = Add(request, request.Path, isRefresh ? before!.Value : request.Value, V2Action.Set);
        Counters.Count(V2Action.Set, isSuccess: error is null);
        if (set is null)
        {
            return (null, error);
        }

        return Announce(set with { PrevNode = before?.View(V2Depth.Node, request.Time), IsRefresh = isRefresh }, []);
    }

    private (V2Event? Event, V2Error? Error) Update(V2Request request)
    {
        if (IsReadOnly(request.Path))
        {
            return Miscounted(V2Action.Update, V2ErrorCode.RootReadOnly, "/");
        }

        var (node, error) = _state.Find(request.Path);
        if (node is null)
        {
            return Refused(V2Action.Update, error!);
        }

        if (node.IsDirectory && request.Value.Length > 0)
        {
            return Miscounted(V2Action.Update, V2ErrorCode.NotFile, request.Path);
        }

        Counters.Count(V2Action.Update, isSuccess: true);
        return Write(V2Action.Update, node, request);
    }

    private (V2Event? Event, V2Error? Error) CompareAndSwap(V2Request request)
    {
        if (IsReadOnly(request.Path))
        {
            return Miscounted(V2Action.CompareAndSwap, V2ErrorCode.RootReadOnly, "/");
        }

        var (node, error) = _state.Find(request.Path);
        if (node is null)
        {
            return Refused(V2Action.CompareAndSwap, error!);
        }

        if (node.IsDirectory)
        {
            return Refused(V2Action.CompareAndSwap, new V2Error(V2ErrorCode.NotFile, request.Path, _state.Index));
        }

        if (MismatchOf(node, request) is { } cause)
        {
            return Refused(V2Action.CompareAndSwap, new V2Error(V2ErrorCode.TestFailed, cause, _state.Index));
        }

        Counters.Count(V2Action.CompareAndSwap, isSuccess: true);
        return Write(V2Action.CompareAndSwap, node, request);
    }

    private (V2Event? Event, V2Error? Error) Delete(V2Request request)
    {
        if (IsReadOnly(request.Path))
        {
            return Miscounted(V2Action.Delete, V2ErrorCode.RootReadOnly, "/");
        }

        var (node, error) = _state.Find(request.Path);
        if (node is null)
        {
            return Refused(V2Action.Delete, error!);
        }

        if (node.IsDirectory && !request.IsDirectory && !request.IsRecursive)
        {
            return Refused(V2Action.Delete, new V2Error(V2ErrorCode.NotFile, request.Path, _state.Index));
        }

        if (node.Children is { Count: > 0 } && !request.IsRecursive)
        {
            return Refused(V2Action.Delete, new V2Error(V2ErrorCode.DirectoryNotEmpty, request.Path, _state.Index));
        }

        Counters.Count(V2Action.Delete, isSuccess: true);
        return Remove(V2Action.Delete, node, request.Time);
    }

    private (V2Event? Event, V2Error? Error) CompareAndDelete(V2Request request)
    {
        var (node, error) = _state.Find(request.Path);
        if (node is null)
        {
            return Refused(V2Action.CompareAndDelete, error!);
        }

        if (node.IsDirectory)
        {
            return Miscounted(V2Action.CompareAndDelete, V2ErrorCode.NotFile, request.Path);
        }

        if (MismatchOf(node, request) is { } cause)
        {
            return Miscounted(V2Action.CompareAndDelete, V2ErrorCode.TestFailed, cause);
        }

        Counters.Count(V2Action.CompareAndDelete, isSuccess: true);
        return Remove(V2Action.CompareAndDelete, node, request.Time);
    }

    private void Expire(long until)
    {
        while (!_state.Expiries.IsEmpty && _state.Expiries[0].At <= until)
        {
            var (node, _) = _state.Find(_state.Expiries[0].Path);
            Invariant.Check(node is not null, $"{_state.Expiries[0].Path} expires and is not there");
            Counters.Count(V2Action.Expire, isSuccess: true);
            Remove(V2Action.Expire, node, until);
        }
    }

    private static string? MismatchOf(V2Node node, V2Request request)
    {
        var isIndexRight = request.PrevIndex == 0 || request.PrevIndex == node.ModifiedIndex;
        var isValueRight = request.PrevValue.Length == 0 || request.PrevValue == node.Value;
        return (isIndexRight, isValueRight) switch
        {
            (true, true) => null,
            (false, true) => $"[{request.PrevIndex} != {node.ModifiedIndex}]",
            (true, false) => $"[{request.PrevValue} != {node.Value}]",
            _ => $"[{request.PrevValue} != {node.Value}] [{request.PrevIndex} != {node.ModifiedIndex}]",
        };
    }

    private static bool IsReadOnly(string path) => path is "/" or V2Path.Cluster or V2Path.Keys;

    private (V2Event? Event, V2Error? Error) Refused(V2Action action, V2Error error)
    {
        Counters.Count(action, isSuccess: false);
        return (null, error);
    }

    // etcd counts these refusals among the successes; its statistics are compared with ours.
    private (V2Event? Event, V2Error? Error) Miscounted(V2Action action, V2ErrorCode code, string cause)
    {
        Counters.Count(action, isSuccess: true);
        return (null, new V2Error(code, cause, _state.Index));
    }
}
