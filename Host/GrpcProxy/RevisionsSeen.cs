namespace ActorEtcd.Host.GrpcProxy;

/// <summary>The newest revision that any answer of the cluster has told. Any thread.</summary>
internal sealed class RevisionsSeen
{
    private long _newest;

    public long Newest => Volatile.Read(ref _newest);

    public void Add(long revision)
    {
        var known = Volatile.Read(ref _newest);
        while (revision > known)
        {
            var found = Interlocked.CompareExchange(ref _newest, revision, known);
            if (found == known)
            {
                return;
            }

            known = found;
        }
    }
}
