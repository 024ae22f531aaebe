namespace ActorEtcd.Raft;

/// <summary>A handing over of leadership that has not succeeded or failed yet.</summary>
public sealed record Transfer(MemberId Target, TimeSpan Deadline, bool TimeoutSent);
