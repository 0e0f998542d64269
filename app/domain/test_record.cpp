// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/test_record.h"

namespace framegate {

double LotSummary::firstPassYield() const {
    const unsigned judged = passed + failed;
    return judged == 0 ? 0.0 : static_cast<double>(passedFirstRun) / judged;
}

int LotSummary::exitStatus(bool stopped) const {
    if (stopped) return 130;
    if (errors > 0 || aborted > 0 || tested() < planned) return 3;
    return failed > 0 ? 1 : 0;
}

} // namespace framegate
