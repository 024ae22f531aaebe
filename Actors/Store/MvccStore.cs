using System.Collections.Immutable;
using ActorEtcd.Messages;

namespace ActorEtcd.Store;

/// <summary>
/// The multi-version key-value store: one writer (the apply actor), any number of readers. What requests change is
/// seen by nobody until <see cref="Publish"/>. A refused request throws <see cref="EtcdException"/> and changes
/// nothing; neither does one that meets a record which the disk has changed, which throws
/// <see cref="SegmentDamagedException"/> and can be done again when the record is mended. The same requests in the same order give the same store on every member.
/// </summary>
public sealed partial class MvccStore
{
    private readonly ISegmentStorage _storage;
    private readonly ILeaseSet _leases;
    private readonly StoreSettings _settings;
    private readonly KeyIndex _index = new();
    private readonly List<StoreChange> _changes = [];

    // In order of revision; the last one is appended to unless it is sealed.
    private ImmutableArray<Segment> _segments = [];
    private long _revision;
    private long _compactRevision;
    private ulong _historyHash;

    // Changes of the request in progress, which make up the main revision after _revision.
    private int _sub;

    // Of the moment before the first of these changes.
    private (ulong HistoryHash, ulong WrittenSum, long MaxRevision) _before;
    private StoreView _view;

    /// <summary>An empty store.</summary>
    public MvccStore(ISegmentStorage storage, ILeaseSet leases, StoreSettings settings)
        : this(storage, leases, settings, StoreManifest.Empty)
    {
    }

    private MvccStore(ISegmentStorage storage, ILeaseSet leases, StoreSettings settings, StoreManifest manifest)
    {
        _storage = storage;
        _leases = leases;
        _settings = settings;
        _revision = manifest.Revision;
        _compactRevision = manifest.CompactRevision;
        _historyHash = manifest.HistoryHash;
        _view = NewView(appliedIndex: 0, term: 0);
    }

    /// <summary>What was published last; from any thread.</summary>
    public StoreView View => Volatile.Read(ref _view);

    /// <summary>The newest main revision, published or not.</summary>
    public long Revision => _revision;

    public long CompactRevision => _compactRevision;

    /// <summary>A sum over all records that this object has appended, which counts their revisions and their content.</summary>
    public ulong WrittenSum { get; private set; }

    /// <summary>Bytes used, published or not: what the quota is compared with.</summary>
    public StoreSize Size
    {
        get
        {
            var total = _rewrite?.OutputBytes ?? 0;
            var live = _rewrite?.OutputLiveBytes ?? 0;
            foreach (var segment in _segments)
            {
                total += segment.Length;
                live += segment.LiveBytes;
            }

            return new StoreSize(total, live);
        }
    }

    /// <summary>
    /// The changes since the last <see cref="Publish"/>, in order; those of one request have one main revision.
    /// </summary>
    public IReadOnlyList<StoreChange> Changes => _changes;

    public PutResult Put(PutRequest request)
    {
        CheckLease(request);
        CheckPreviousExists(request);
        var result = Whole(request, static (store, request) => store.ApplyPut(request));
        EndRequest();
        return result;
    }

    public DeleteRangeResult DeleteRange(DeleteRangeRequest request)
    {
        var result = Whole(request, static (store, request) => store.ApplyDeleteRange(request));
        EndRequest();
        return result;
    }

    /// <summary>Deletes single keys in one main revision, in order of the keys, as the end of a lease does.</summary>
    public DeleteRangeResult DeleteKeys(IEnumerable<Bytes> keys)
    {
        var deleted = Whole(keys, static (store, keys) => keys.Order().Count(key => store.ApplyDelete(key, prevKvs: null)));
        var result = new DeleteRangeResult(VisibleRevision, deleted, []);
        EndRequest();
        return result;
    }

    /// <summary>A range as the writer sees it, unpublished changes included.</summary>
    public RangeResult Range(RangeRequest request) =>
        RangeEvaluation.Run(_index.Root, request, VisibleRevision, _compactRevision);

    /// <summary>
    /// Makes revisions below the given one unreadable. What is then garbage goes in
    /// <see cref="CompactSlice"/>s. Returns the current revision.
    /// </summary>
    public long Compact(long revision)
    {
        if (revision <= _compactRevision)
        {
            throw new EtcdException(EtcdError.Compacted);
        }

        if (revision > _revision)
        {
            throw new EtcdException(EtcdError.FutureRev);
        }

        _compactRevision = revision;
        return _revision;
    }

    /// <summary>Lets everybody see all that was done so far, at once.</summary>
    public PublishedBatch Publish(long appliedIndex, long term)
    {
        Invariant.Check(_sub == 0, $"published in the middle of a request, after {_sub} changes");
        var view = NewView(appliedIndex, term);
        ImmutableArray<StoreChange> changes = [.. _changes];
        _changes.Clear();
        Volatile.Write(ref _view, view);
        return new PublishedBatch(view, changes);
    }

    /// <summary>The store as it is, to be made durable by <see cref="ISegmentStorage.Flush"/>.</summary>
    public StoreManifest Capture()
    {
        Invariant.Check(_sub == 0, $"captured in the middle of a request, after {_sub} changes");
        return new StoreManifest(
            _revision, _compactRevision, _historyHash, [.. _segments.Select(segment => SegmentInfos.Of(segment, 0))]);
    }

    /// <summary>Gives up all segments but those of the store that takes this one's place.</summary>
    public void Abandon(StoreManifest successor)
    {
        var kept = successor.Segments.Select(info => info.Id).ToHashSet();
        foreach (var segment in _segments.Where(segment => !kept.Contains(segment.Id)))
        {
            _storage.Drop(segment);
        }

        AbandonRewrite();
    }

    // The revision that a reader inside the request sees: that of the request itself as soon as it changed something.
    private long VisibleRevision => _sub == 0 ? _revision : _revision + 1;

    private StoreView NewView(long appliedIndex, long term) => new(
        _index.Freeze(), _segments, _revision, _compactRevision, _historyHash, appliedIndex, term, Size);

    // All of the request's changes, or none when it meets a damaged record.
    private TResult Whole<TRequest, TResult>(TRequest request, Func<MvccStore, TRequest, TResult> apply)
    {
        try
        {
            return apply(this, request);
        }
        catch (SegmentDamagedException)
        {
            TakeBack();
            throw;
        }
    }

    private void EndRequest()
    {
        if (_sub > 0)
        {
            _revision++;
            _sub = 0;
        }
    }

    private void CheckLease(PutRequest request)
    {
        if (!request.Lease.IsNone && !_leases.Exists(request.Lease))
        {
            throw new EtcdException(EtcdError.LeaseNotFound);
        }
    }

    private void CheckPreviousExists(PutRequest request)
    {
        if ((request.IgnoreValue || request.IgnoreLease)
            && KeyTree.Find(_index.Root, request.Key.Span) is not { IsTombstone: false })
        {
            throw new EtcdException(EtcdError.KeyNotFound);
        }
    }
}
