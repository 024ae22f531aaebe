namespace ActorEtcd.Apply;

/// <summary>Hears how long commands take, for metrics. Called by the apply actor: must be quick and must not throw.</summary>
public interface IApplyObserver
{
    /// <param name="op">What was applied.</param>
    /// <param name="isSuccess">It was not refused; a revision that is compacted already counts as success, as in etcd.</param>
    /// <param name="duration">Decoding it and changing the state, without publishing.</param>
    void Applied(AppliedOp op, bool isSuccess, TimeSpan duration);
}
