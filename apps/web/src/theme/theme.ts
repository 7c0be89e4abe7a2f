/** The Portal's theme: colours, type, spacing and radii, and the default props of Mantine's components. */

import {
  ActionIcon,
  Button,
  createTheme,
  Modal,
  Popover,
  Skeleton,
  TextInput,
  Tooltip,
  type MantineColorsTuple,
} from '@mantine/core';
import { messages } from '../messages.ts';

const iris: MantineColorsTuple = [
  '#f2f5ff',
  '#e4ebff',
  '#ccd8fe',
  '#abbefe',
  '#8aa1fe',
  '#6981fc',
  '#4c5ee2',
  '#3c4ac4',
  '#2d389e',
  '#1f2871',
];
const gray: MantineColorsTuple = [
  '#f9fafb',
  '#f3f4f6',
  '#ecedef',
  '#e2e4e7',
  '#d4d6db',
  '#a1a4ac',
  '#656972',
  '#4a4d56',
  '#2b2e35',
  '#15171d',
];
const dark: MantineColorsTuple = [
  '#ecedef',
  '#c5c7cd',
  '#9b9ea6',
  '#858891',
  '#2b2c32',
  '#1e2024',
  '#17191c',
  '#111316',
  '#0b0c0f',
  '#070709',
];

const systemSans =
  'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';
const systemMono = 'ui-monospace, "SF Mono", Menlo, Consolas, monospace';

export const theme = createTheme({
  colors: { iris, gray, dark },
  primaryColor: 'iris',
  primaryShade: { light: 6, dark: 6 },
  autoContrast: false,
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: `"Inter Variable", Inter, ${systemSans}`,
  fontFamilyMonospace: `"JetBrains Mono Variable", ${systemMono}`,
  fontSizes: { xs: '0.6875rem', sm: '0.75rem', md: '0.8125rem', lg: '0.875rem', xl: '1rem' },
  lineHeights: { xs: '1rem', sm: '1rem', md: '1.25rem', lg: '1.25rem', xl: '1.5rem' },
  spacing: { xs: '0.25rem', sm: '0.5rem', md: '0.75rem', lg: '1rem', xl: '1.5rem' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '999px' },
  defaultRadius: 'md',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.125rem', lineHeight: '1.5rem' },
      h2: { fontSize: '1rem', lineHeight: '1.5rem' },
      h3: { fontSize: '0.8125rem', lineHeight: '1.25rem' },
    },
  },
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 28 } }),
    Button: Button.extend({ defaultProps: { variant: 'default', size: 'xs' } }),
    Modal: Modal.extend({ defaultProps: { centered: true, radius: 'lg', padding: 'xl' } }),
    // Named but not imported, so that pages without a password do not load it.
    PasswordInput: {
      defaultProps: {
        visibilityToggleFocusable: true,
        visibilityToggleButtonProps: { 'aria-label': messages.ui.showPassword },
      },
    },
    Popover: Popover.extend({ defaultProps: { radius: 'lg', shadow: 'md' } }),
    Skeleton: Skeleton.extend({ defaultProps: { radius: 'sm' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 200, radius: 'sm' } }),
  },
});
