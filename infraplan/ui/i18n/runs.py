"""Words of a run: waiting, steps, stopping."""

TEXT = {
    "waiting": ("准备计算…", "Getting ready…"),
    "queued": ("前面还有 {n} 个计算任务,排队中…", "Waiting: {n} runs ahead…"),
    "running": ("{step}… 已用 {seconds} 秒", "{step}… {seconds} s"),
    "step_load": ("读取人口与边界", "Reading people and boundaries"),
    "step_quotas": ("计算分区配额", "Working out district quotas"),
    "step_siting": ("选址与覆盖优化", "Siting for coverage"),
    "step_coverage": ("覆盖优化与上界", "Improving coverage, proving a bound"),
    "step_results": ("汇总结果", "Adding up"),
    "step_done": ("完成", "Done"),
    "step_other": ("计算中", "Computing"),
    "stop": ("停止", "Stop"),
    "stopped": ("已停止,未作任何更改。", "Stopped; nothing was changed."),
    "failed": ("计算失败,未作任何更改;请重试。", "The run failed; nothing was changed. Try again."),
    "no_result": ("尚无结果", "No result yet"),
    "start": ("开始测算", "Run"),
}
