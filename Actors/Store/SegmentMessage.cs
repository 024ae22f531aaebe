namespace ActorEtcd.Store;

/// <summary>
/// What the segments actors of two members say to each other. <paramref name="Transfer"/> is chosen by the one that
/// fetches and comes back in every answer, so that answers to an earlier transfer are recognised.
/// </summary>
public abstract record SegmentMessage(long Transfer);
